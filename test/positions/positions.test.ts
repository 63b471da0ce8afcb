import { existsSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { SWITCH_NAMES, SWITCHES } from '../portal/switches.ts'
import { NOTICED_BY, noticing } from './noticed-by.ts'
import { onlyAt } from './only-at.ts'
import { sumOf, tallyText } from './tally.ts'
import { chosen, everyPosition, sampleOfDay } from './walk.ts'

const before = process.env.PORTAL_SWITCHES
afterEach(() => {
  if (before === undefined) delete process.env.PORTAL_SWITCHES
  else process.env.PORTAL_SWITCHES = before
})

test('the walk begins with the defaults and comes to every other position once', () => {
  const all = everyPosition()
  const count = SWITCH_NAMES.reduce((sum, name) => sum + SWITCHES[name].length - 1, 1)
  expect([all[0], all.length, new Set(all).size]).toEqual(['', count, count])
  expect(all).toEqual(expect.arrayContaining(['openLineEvents=none', 'callActivityId=0', 'readerZoneOffset=-8']))
  expect(chosen(all, ['openLineEvents', 'callActivityId=0'])).toEqual([
    'openLineEvents=operatorOnly',
    'openLineEvents=none',
    'callActivityId=0',
  ])
  expect(chosen(all, [])).toEqual(all)
})

test('days take their turns, and come to all positions but the defaults, each with every file that notices it', () => {
  const others = everyPosition().slice(1)
  const most = Math.max(...others.map((position) => noticing(position).length))
  const days = Array.from({ length: most * others.length }, (_, index) =>
    sampleOfDay(new Date(Date.UTC(2026, 7, 1 + index, 23, 59))),
  )
  expect(new Set(days.slice(0, others.length).map(({ position }) => position))).toEqual(new Set(others))
  for (const position of others) {
    const drawn = days.flatMap((day) => (day.position === position ? day.files : []))
    expect(new Set(drawn)).toEqual(new Set(noticing(position)))
  }
  expect(sampleOfDay(new Date('2026-08-29T00:00:00Z'))).toEqual(sampleOfDay(new Date('2026-08-29T23:59:59Z')))
})

test('every switch is noticed by tests that there are', () => {
  for (const [name, files] of Object.entries(NOTICED_BY)) {
    expect([name, files.filter((file) => existsSync(file))]).toEqual([name, files])
  }
  expect(Object.values(NOTICED_BY).filter((files) => files.length === 0)).toEqual([])
})

test('a test about certain positions is left out at others, and says where', () => {
  const about = (position: string) => {
    process.env.PORTAL_SWITCHES = position
    return onlyAt({ openLineEvents: ['all', 'operatorOnly'], callActivityId: 'present' })
  }
  const left = (elsewhere: string) => ({ skip: true, meta: { elsewhere } })
  expect(about('')).toEqual({})
  expect(about('openLineEvents=all')).toEqual({})
  expect(about('openLineEvents=operatorOnly')).toEqual({})
  expect(about('webformList=ERROR_METHOD_NOT_FOUND')).toEqual({})
  expect(about('openLineEvents=none')).toEqual(left('openLineEvents=none'))
  expect(about('callActivityId=0')).toEqual(left('callActivityId=0'))
})

test('runs are summed, and what was left out is told', () => {
  const sum = sumOf([
    { passed: 2, elsewhere: 1, failed: ['a'] },
    { passed: 3, elsewhere: 0, failed: [] },
  ])
  expect(tallyText(sum)).toBe('5 passed, 1 failed, 1 about other positions')
  expect(tallyText({ passed: 1, elsewhere: 0, failed: [] })).toBe('1 passed, 0 failed')
})
