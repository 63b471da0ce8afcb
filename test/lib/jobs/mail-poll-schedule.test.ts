import { describe, expect, it } from 'vitest'
import { mailWatch } from '../../../lib/engine/sources/activity/sent-mail-watch.ts'
import { isCovered, nextPoll } from '../../../lib/jobs/mail-poll-schedule.ts'
import { trigger } from '../engine/samples.ts'

const minute = 60_000
const now = Date.parse('2026-08-29T12:00:00.000Z')
const hoursBefore = (time: string) => (now - Date.parse(time)) / 3_600_000

describe('Which e-mails a round asks for', () => {
  it.each([
    ['at first: all of 14 days', Number.NaN, Number.NaN, 14 * 24],
    ['a minute later: those under an hour old', 1, 1, 1],
    ['5 minutes later: those under a day old', 5, 5, 24],
    ['5 minutes less a moment later, as the clock is not exact', 4.95, 4.95, 24],
    ['30 minutes later: all again', 5, 30, 14 * 24],
    ['when only the day is due', 6, 12, 24],
  ])('%s', (_, dayMinutes, allMinutes, hours) => {
    const timeBefore = (minutes: number) => (Number.isNaN(minutes) ? 0 : now - minutes * minute)
    const round = nextPoll({ dayAt: timeBefore(dayMinutes), allAt: timeBefore(allMinutes) }, now)
    expect(hoursBefore(round.since)).toBe(hours)
    expect(round.allAt === now).toBe(hours === 14 * 24)
    expect(round.dayAt === now).toBe(hours >= 24)
  })
})

describe('E-mails have been remembered since the last round', () => {
  const viewed = (id: string, readyAt = '2026-08-01T00:00:00.000Z') => trigger({ id, kind: 'email-viewed', readyAt })
  const clicked = (id: string) => trigger({ id, kind: 'email-link-clicked', fields: { url: 'https://acme.example' } })
  const covers = (covered: string[], ...triggers: ReturnType<typeof trigger>[]) =>
    isCovered({ covered, dayAt: 0, allAt: 0 }, triggers, mailWatch(triggers))
  const since = '2026-08-01T00:00:00.000Z'

  it('when one trigger of each kind was enabled all the time', () => {
    expect(covers([`1@${since}`], viewed('1'))).toBe(true)
    expect(covers([`1@${since}`, `9@${since}`], viewed('1'), viewed('2'))).toBe(true)
    expect(covers([`1@${since}`, `3@${since}`], viewed('1'), clicked('3'))).toBe(true)
  })

  it('but not when the only one was switched off and on, or is of another kind', () => {
    expect(covers([], viewed('1'))).toBe(false)
    expect(covers([`1@${since}`], viewed('1', '2026-08-02T00:00:00.000Z'))).toBe(false)
    expect(covers([`1@${since}`], viewed('2'))).toBe(false)
    expect(covers([`1@${since}`], viewed('1'), clicked('3'))).toBe(false)
  })
})
