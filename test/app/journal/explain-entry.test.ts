import { describe, expect, test } from 'vitest'
import { comparisonsOf } from '../../../app/journal/comparisons.ts'
import { activityPath, eventText } from '../../../app/journal/event-text.ts'
import { cardPath, explainEntry } from '../../../app/journal/explain-entry.ts'
import {
  countSet,
  fieldsFrom,
  fieldsIn,
  filterOf,
  hashOf,
  isFilterEmpty,
  noFilter,
  rareFields,
} from '../../../app/journal/filter.ts'
import { mayRetry, undoOf } from '../../../app/journal/remedies.ts'
import { technicalOf } from '../../../app/journal/technical.ts'
import type { Entry } from '../../../app/model.ts'
import type { KindCode } from '../../../lib/domain/kind-code.ts'
import { reasons } from '../../../lib/domain/reasons.ts'
import { kindCodes } from '../../../lib/triggers/index.ts'
import { format, names, textsOf, trigger, types } from '../samples.ts'

const parts = (language = 'en') => ({ ...textsOf(language), names, format, types })

type Facts = Record<string, unknown>

function entry(
  fields: Partial<Entry> & { kind?: KindCode },
  {
    event = {},
    decision = {},
    set = {},
    setting = {},
  }: { event?: Facts; decision?: Facts; set?: Facts; setting?: object } = {},
): Entry {
  const { kind = 'call-missed', ...own } = fields
  const facts = { ...event, ...decision }
  const occurrence = { kind, key: 'k', at: '2026-08-29T10:00:00Z', source: 'event' as const, facts }
  const story = {
    event,
    decision,
    activityId: 7001,
    refs: [],
    setting: { ...trigger, kind, fields: set, ...setting },
    winner: null,
  }
  const item = { entityTypeId: 2, id: 31, title: 'Shop' }
  const rest = { story, trigger: { id: '7', name: 'Missed' }, reason: null, move: null, undone: null, corrected: null }
  return { id: '1', at: '2026-08-29T10:00:05Z', occurrence, item, outcome: 'skipped', ...rest, ...own }
}

const move = { from: 'C4:NEW', to: 'C4:VISIT', userId: 15 }

describe('the event', () => {
  test.each([
    ['call-missed', { line: 'reg1', missed: true }, 'Kim Client called “Sales”, nobody answered'],
    ['call-missed', { line: '', missed: true }, 'Kim Client called, nobody answered'],
    ['call-inbound', { line: 'reg1', missed: true }, 'Kim Client called “Sales”, nobody answered'],
    ['call-inbound', { line: 'reg1', missed: false }, 'Kim Client called “Sales”'],
    ['call-missed', { declined: true }, 'Kim Client called; the call was declined or did not get through'],
    ['call-outbound', {}, 'An employee called Kim Client'],
    ['email-viewed', { secondsAfterSending: 90 }, 'Kim Client opened an email'],
    ['email-link-clicked', { links: 2 }, 'Kim Client clicked a link in an email'],
    ['email-link-clicked', { target: 'https://acme.example/a' }, 'Kim Client clicked https://acme.example/a'],
    ['email-incoming', {}, 'Kim Client sent an email'],
    ['email-incoming', { writtenBy: 'bounce' }, 'An automatic email arrived: delivery failure'],
    ['email-outgoing', { automatic: true }, 'An automation rule sent an email to Kim Client'],
    ['form-submitted', { formId: '14' }, 'Kim Client submitted the form “Call me back”'],
    ['chat-first-message', { channelId: '5' }, 'Kim Client started a chat in “Web chat”'],
    ['chat-accept-time', { seconds: 90 }, 'An employee accepted the chat with Kim Client after 1 min 30 sec'],
    ['chat-accept-time', { atLeast: 60, atMost: 90 }, expect.stringContaining('after 1 min to 1 min 30 sec')],
    ['chat-message', { channelId: '5' }, 'Kim Client wrote a message in “Web chat”'],
    ['payment-received', { invoiceId: 311 }, 'Invoice 311 was paid'],
    ['field-changed', { fields: 'opportunity, title' }, 'Fields changed: Amount and Name'],
  ] as const)('of %s with %j is told in words', (kind, event, expected) => {
    expect(eventText(entry({ kind }, { event }), parts())).toEqual(expected)
  })

  test('has a customer whom nobody knows where the reader may not know him', () => {
    const unknown = entry({ kind: 'call-missed', item: null }, { event: { line: 'reg1' } })
    const story = { ...unknown.story, activityId: null }
    expect(eventText({ ...unknown, story }, parts())).toBe('A customer called “Sales”, nobody answered')
    const bound = { ...story, refs: [{ entityTypeId: 3, id: 502 }] }
    expect(eventText({ ...unknown, story: bound }, parts())).toBe('Kim Client called “Sales”, nobody answered')
  })

  test('leads to its activity', () => {
    expect(activityPath(entry({}))).toBe('/crm/activity/?open_view=7001')
  })
})

describe('the story of an entry', () => {
  test('moved: from where to where, on whose behalf', () => {
    expect(explainEntry(entry({ outcome: 'moved', move }), parts())).toBe(
      'Moved from “New” to “Visit” on behalf of Sam.',
    )
    expect(explainEntry(entry({ outcome: 'moved', move: { ...move, onBehalfOf: 21 } }), parts())).toBe(
      'Moved from “New” to “Visit” by Sam instead of somebody unknown, who had not opened Stagecue yet.',
    )
  })

  test('would move: what test mode saw, or what a test run found', () => {
    const occurrence = { ...entry({}).occurrence, source: 'rehearsal' as const }
    expect(explainEntry(entry({ outcome: 'would-move', reason: 'watch', move, occurrence }), parts())).toBe(
      'Would move from “New” to “Visit”.',
    )
    expect(explainEntry(entry({ outcome: 'would-move', reason: 'watch', move }), parts())).toContain('would have moved')
  })

  test('the facts stand in the sentence', () => {
    const decision = { stageId: 'C4:WON', target: 'C4:VISIT' }
    expect(explainEntry(entry({ reason: 'would-move-back' }, { decision }), parts())).toBe(
      'The deal was in “Won”, which comes after “Visit”, and moving back is not allowed.',
    )
    const from = { ...decision, fromStages: ['C4:NEW'] }
    expect(explainEntry(entry({ reason: 'from-stage' }, { decision: from }), parts())).toContain('only from “New”')
    expect(
      explainEntry(entry({ reason: 'required-fields', move }, { decision: { fields: ['opportunity'] } }), parts()),
    ).toBe('“Visit” requires: Amount. Fill this in, then try again.')
    expect(explainEntry(entry({ reason: 'no-item', item: null }), parts())).toBe('No deal was linked to this call.')
    const winner = { ...entry({}).story, winner: { id: '8', name: 'First' } }
    expect(explainEntry(entry({ reason: 'another-trigger', story: winner }), parts())).toContain('“First” came first')
  })

  test('too late is told by the one reason that it was', () => {
    const ready = (readyAt: string) => ({ decision: { readyAt, staleHours: 12 } })
    expect(explainEntry(entry({ reason: 'stale' }, ready('2026-08-29T11:00:00Z')), parts())).toContain(
      'active only since',
    )
    expect(explainEntry(entry({ reason: 'stale' }, ready('2026-08-01T11:00:00Z')), parts())).toContain(
      'for 12 hours only',
    )
  })

  test('what did not match is told with what the trigger expects', () => {
    const wrongLine = entry({ reason: 'filter', item: null }, { event: { line: 'reg1' }, set: { line: 'sip4' } })
    expect(explainEntry(wrongLine, parts())).toBe(
      'The event did not match the trigger’s settings. Telephone line: Sales; the trigger expects: Office.',
    )
  })

  test('differences are a sentence each', () => {
    const [event, set] = [
      { line: 'reg1', declined: true },
      { line: 'sip4', declined: false },
    ]
    expect(
      explainEntry(entry({ kind: 'call-missed', reason: 'filter', item: null }, { event, set }), parts()),
    ).toContain('Office. How the call ended: declined or did not get through; the trigger expects: not answered;')
  })
})

describe('what was compared', () => {
  const rows = (one: Entry) => {
    return comparisonsOf(one, parts()).map(({ label, event, setting, differs }) => {
      return `${label}: ${event} | ${setting}${differs ? ' ✗' : ''}`
    })
  }

  test('stands beside the setting, with units in words', () => {
    const kind = 'chat-accept-time'
    expect(rows(entry({ kind }, { event: { channelId: '5', seconds: 90 }, set: { seconds: 60 } }))).toEqual([
      'Open Channel: Web chat | Any',
      'Waited: 1 min 30 sec | at least 1 min',
    ])
    expect(
      rows(entry({ kind: 'email-viewed' }, { event: { secondsAfterSending: 2 }, set: { minSeconds: 30 } })),
    ).toEqual(['Time after sending: 2 sec | at least 30 sec ✗'])
  })

  test('numbers of lines are equal however they are written', () => {
    expect(rows(entry({}, { event: { line: '4930555000' }, set: { line: '+49 30 555000' } }))[0]).not.toContain('✗')
  })

  test('a link is shown as far as anybody knows it', () => {
    const set = { url: 'https://acme.example/acc' }
    const kind = 'email-link-clicked'
    expect(rows(entry({ kind }, { event: { target: 'https://acme.example/accept' }, set }))).toEqual([
      'Link: https://acme.example/accept | begins with https://acme.example/acc',
    ])
    expect(rows(entry({ kind, reason: 'filter' }, { event: { target: 'https://acme.example/x' }, set }))[0]).toContain(
      '✗',
    )
    const links = (n: number) => rows(entry({ kind }, { event: { links: n }, set }))[0]
    expect([links(1), links(3)]).toEqual([
      expect.stringContaining('Link: the only link in the email |'),
      expect.stringContaining('Link: one of 3 links in the email |'),
    ])
  })

  test('e-mails of rules, fields and words', () => {
    expect(rows(entry({ kind: 'email-outgoing', reason: 'filter' }, { event: { automatic: true } }))).toEqual([
      'Sent by: an automation rule | only an employee ✗',
    ])
    const fields = { event: { fields: 'title' }, set: { fieldNames: ['opportunity'] } }
    expect(rows(entry({ kind: 'field-changed', reason: 'filter' }, fields))).toEqual(['Fields: Name | Amount ✗'])
    const words = { event: { channelId: '5' }, set: { text: 'offer' } }
    expect(rows(entry({ kind: 'chat-message', reason: 'filter' }, words))[1]).toContain(
      'does not contain it | “offer” ✗',
    )
  })

  test('stages are those of the item, the paid stage of an invoice is not', () => {
    const decision = { stageId: 'C4:WON', target: 'C4:VISIT' }
    const paid = entry({ kind: 'payment-received', reason: 'closed' }, { event: { stageId: 'DT31_5:P' }, decision })
    expect(rows(paid)).toEqual(['Stage: Won | moves to “Visit” ✗'])
  })

  test('nothing is compared with a setting that is not kept', () => {
    expect(rows(entry({ story: { ...entry({}).story, setting: null } }))).toEqual([])
  })
})

describe('no id, code or raw key reaches a person', () => {
  /** Everything that facts hold, each with a value that must not be read. */
  const event = {
    activityId: 7001,
    automatic: true,
    callId: 'CALLID.99',
    type: 2,
    legs: 1,
    line: 'regRAW9',
    missed: false,
    declined: false,
    sessionId: 'SESSION99',
    channelId: 'CHANNEL99',
    messageId: 'MESSAGE99',
    isProven: false,
    formId: 'FORM99',
    callback: true,
    secondsAfterSending: 5,
    links: 3,
    machine: true,
    atLeast: 10,
    atMost: 20,
    fields: 'ufCrmRaw9',
    invoiceId: 99,
    stageId: 'DT31_5:P',
    timeKnown: true,
  }
  const decision = {
    stageId: 'C4:RAW',
    target: 'C4:RAW',
    fromStages: ['C4:RAW'],
    categoryId: 99,
    happenedAt: '2026-08-29T10:00:00Z',
    readyAt: '2026-08-01T10:00:00Z',
    staleHours: 24,
    items: [9942, 9943],
    triggerId: '9912',
    recentMoves: 5,
    withinSeconds: 600,
    userId: 9915,
    code: 'RAW_CODE',
    text: 'Access denied.',
    fields: ['UF_RAW'],
  }
  const set = {
    line: 'regRAW8',
    channelId: 'CHANNEL98',
    formId: 'FORM98',
    fieldNames: ['ufRaw8'],
    becomes: '9952',
    seconds: 60,
  }
  const raw =
    /RAW|99\d\d|C4:|DT31|CALLID|SESSION|CHANNEL\d|MESSAGE\d|FORM\d|ufCrm|ufRaw|timeKnown|undefined|NaN|null|\{|\}|\[object|#\d/
  const keys = /\b(?:reasons|events|compare|facts|technical|clients|items|names|journal|outcomes)\.[\w-]+/

  const outcomes = ['moved', 'would-move', 'skipped', 'failed'] as const
  const raws = { from: 'C4:RAW', to: 'C4:RAW', userId: 9915 }

  test.each(['en', 'de', 'ru'])('in %s, whatever happened and however it ended', (language) => {
    const words = parts(language)
    let sentences = 0
    const faults: string[] = []
    for (const kind of [...kindCodes, 'moon-phase' as KindCode]) {
      for (const outcome of outcomes) {
        for (const reason of [...reasons, null, 'moon-phase']) {
          for (const [facts, isKnown] of [
            [{ event, decision, set }, true],
            [{}, false],
          ] as const) {
            const item = isKnown ? { entityTypeId: 2, id: 9931 } : null
            const made = outcome === 'moved' || outcome === 'would-move' ? raws : null
            const one = entry({ kind, outcome, reason, item, move: made }, facts)
            const told = [
              eventText(one, words),
              explainEntry(one, words),
              ...comparisonsOf(one, words).flatMap(({ label, event, setting }) => [label, event, setting]),
              ...technicalOf(one, words).map(({ label }) => label),
            ]
            const bad = told.filter((text) => raw.test(text) || keys.test(text) || text.trim() === '')
            faults.push(...bad.map((text) => `${kind} ${outcome} ${reason}: ${text}`))
            sentences += told.length
          }
        }
      }
    }
    expect(faults).toEqual([])
    expect(sentences).toBeGreaterThan(10_000)
  })

  test('but for support they stand under technical details, each with its label', () => {
    const lines = technicalOf(entry({}, { event, decision }), parts()).map(({ label, value }) => `${label}: ${value}`)
    expect(lines).toEqual(expect.arrayContaining(['Call ID: CALLID.99', 'Error code: RAW_CODE', 'Activity ID: 7001']))
  })
})

describe('undo', () => {
  const moved = entry({ outcome: 'moved', move })

  test('is offered while the item stands where it was moved to', () => {
    expect(undoOf(moved, parts())).toEqual({ can: true })
  })

  test('is not when it has moved on, or its stage is gone', () => {
    const elsewhere = { ...moved, move: { ...move, to: 'C4:WON' } }
    expect(undoOf(elsewhere, parts())).toEqual({ can: false, why: 'moved-on', stage: 'Visit' })
    const gone = { ...moved, move: { ...move, from: 'C4:GONE' } }
    expect(undoOf(gone, parts())).toMatchObject({ can: false, why: 'stage-gone' })
  })

  test('is no question for what did not move, was undone, or cannot be seen', () => {
    const undone = { at: '2026-08-29T10:00:00Z', userId: 1 }
    expect(undoOf(entry({ outcome: 'failed', reason: 'no-rights', move }), parts())).toBeNull()
    expect(undoOf({ ...moved, undone }, parts())).toBeNull()
    expect(undoOf({ ...moved, item: { entityTypeId: 2, id: 99 } }, parts())).toBeNull()
  })

  test('another attempt is offered only where it can help', () => {
    const failed = (reason: string) =>
      entry({ outcome: 'failed', reason, move: { ...move, from: 'C4:VISIT', to: 'C4:WON' } })
    const may = (reason: string) => mayRetry(failed(reason), parts())
    expect(['no-access', 'no-rights', 'required-fields', 'portal-error'].map(may)).toEqual([true, true, true, true])
    expect(['stage-gone', 'stage-unknown'].map(may)).toEqual([false, false])
    const movedOn = { ...failed('no-rights'), move: { ...move, from: 'C4:NEW' } }
    expect(mayRetry(movedOn, parts())).toBe(false)
  })
})

test('cards of the portal', () => {
  const path = (entityTypeId: number) => cardPath({ entityTypeId, id: 8 })
  expect([1, 2, 7, 31, 177].map(path)).toEqual([
    '/crm/lead/details/8/',
    '/crm/deal/details/8/',
    '/crm/type/7/details/8/',
    '/crm/type/31/details/8/',
    '/crm/type/177/details/8/',
  ])
})

describe('the filter', () => {
  const now = new Date('2026-08-29T10:00:00.000Z')

  test('sends what is chosen; both days count whole', () => {
    const days = { period: 'custom', fromDay: '2026-08-29', toDay: '2026-08-29' } as const
    const query = filterOf({ ...noFilter, outcome: 'moved', itemId: 'abc', ...days }, now)
    const [from, to] = [query.from, query.to].map((time) => new Date(String(time)).getTime()) as [number, number]
    expect(query).toMatchObject({ outcome: 'moved', itemId: '', userId: '' })
    expect(to - from).toBe(86_400_000 - 1)
    expect(filterOf({ ...noFilter, period: '7' }, now)).toMatchObject({ from: '2026-08-22T10:00:00.000Z', to: '' })
  })

  test('folds noise unless it is asked for, and shows what did not match when it is', () => {
    expect(filterOf(noFilter, now)).toMatchObject({ without: 'other-pipeline,no-item', include: '' })
    expect(filterOf({ ...noFilter, noise: 'yes', ruledOut: 'yes' }, now)).toMatchObject({
      without: '',
      include: 'filter',
    })
    expect(filterOf({ ...noFilter, reason: 'no-item', ruledOut: 'yes' }, now)).toMatchObject({
      without: '',
      include: '',
    })
  })

  test('counts conditions, not what is shown besides', () => {
    expect(isFilterEmpty({ ...noFilter, noise: 'yes' })).toBe(true)
    expect(isFilterEmpty({ ...noFilter, userId: 15 })).toBe(false)
    expect(countSet({ ...noFilter, userId: 15, outcome: 'moved' }, rareFields)).toBe(1)
  })

  test('lives in the address, and takes only what it knows from there', () => {
    const fields = { ...noFilter, search: 'Ann & Bob', outcome: 'failed', period: '7' } as const
    expect(fieldsIn(hashOf(fields))).toEqual(fields)
    expect(fieldsIn('#other?outcome=failed')).toEqual(noFilter)
    expect(fieldsFrom({ outcome: 'moved', period: 'ever', evil: 'x', search: 7 })).toEqual({
      ...noFilter,
      outcome: 'moved',
    })
  })
})
