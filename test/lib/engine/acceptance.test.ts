import { expect, test } from 'vitest'
import {
  type AcceptanceClues,
  acceptanceTime,
  isAmbiguous,
} from '../../../lib/engine/sources/message/acceptance-time.ts'
import type { History, HistoryMessage } from '../../../lib/engine/sources/message/parse.ts'

const at = (seconds: number) => new Date(Date.parse('2026-08-29T09:00:00Z') + seconds * 1000).toISOString()

/** Begun at 0, seen unanswered then; a notice of the acceptance at 42. */
const clues = (change: Partial<AcceptanceClues> = {}): AcceptanceClues => ({
  created: at(0),
  lastUpdated: at(42),
  unansweredAt: at(0),
  noticedAt: [at(42)],
  ...change,
})

const history = (...messages: [HistoryMessage['author'], number][]): History => ({
  sessionId: '3301',
  userCode: 'telegrambot|5|70012|602',
  messages: messages.map(([author, second], index) => {
    return { id: String(index + 1), at: at(second), author, text: '', messengerIds: [] }
  }),
})

test('is LAST_UPDATED when the notice tells the same', () => {
  expect(isAmbiguous(clues())).toBe(false)
  expect(acceptanceTime(clues(), null)).toBe(at(42))
})

test("is the notice's time when the activity has gone on since", () => {
  expect(acceptanceTime(clues({ lastUpdated: at(90) }), null)).toBe(at(42))
})

test('is LAST_UPDATED when no notice says a time', () => {
  expect(acceptanceTime(clues({ noticedAt: [] }), null)).toBe(at(42))
})

test('is no time at which it was still seen unanswered: shuffled and late notices', () => {
  const late = clues({ unansweredAt: at(20), noticedAt: [at(0), at(20), at(42), at(42)] })
  expect(isAmbiguous(late)).toBe(false)
  expect(acceptanceTime(late, null)).toBe(at(42))
})

test("is not the time of a customer's message that raised an update before", () => {
  const several = clues({ lastUpdated: at(60), noticedAt: [at(60), at(20), at(42)] })
  expect(isAmbiguous(several)).toBe(true)
  expect(acceptanceTime(several, history(['customer', 0], ['customer', 20], ['employee', 60]))).toBe(at(42))
})

test('is the first reply at the latest', () => {
  const never = clues({ unansweredAt: null, lastUpdated: at(300), noticedAt: [at(300)] })
  expect(isAmbiguous(never)).toBe(true)
  const messages = history(['customer', 0], ['bot', 1], ['system', 2], ['employee', 50], ['customer', 300])
  expect(acceptanceTime(never, messages)).toBe(at(50))
  expect(acceptanceTime(never, null)).toBe(at(300))
})

test('is the only moment there is, even if the customer wrote in the same second', () => {
  expect(acceptanceTime(clues({ unansweredAt: null }), history(['customer', 42]))).toBe(at(42))
})

test('found by a sweep, is the first reply, or nobody can tell', () => {
  const swept = clues({ noticedAt: null })
  expect(isAmbiguous(swept)).toBe(true)
  expect(acceptanceTime(swept, history(['customer', 0], ['bot', 5], ['employee', 44], ['employee', 50]))).toBe(at(44))
  expect(acceptanceTime(swept, history(['customer', 0]))).toBeNull()
  expect(acceptanceTime(swept, null)).toBeNull()
})
