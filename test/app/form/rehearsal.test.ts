import { expect, test } from 'vitest'
import { itemIdIn, movesFirst, rehearsalRequest, resultOf } from '../../../app/form/rehearsal.ts'
import type { Entry } from '../../../app/model.ts'
import { trigger } from '../samples.ts'

const outcomes = (...all: Entry['outcome'][]) =>
  all.map((outcome, index) => ({ outcome, occurrence: { key: `event ${index}` } }) as Entry)

test('looks back so many days', () => {
  const { since } = rehearsalRequest(trigger, 7, new Date('2026-08-29T10:00:00.000Z'))
  expect(since).toBe('2026-08-22T10:00:00.000Z')
})

test('comes to no events, to no moves, or to so many of so many events', () => {
  expect(resultOf([])).toEqual({ key: 'rehearsal.nothing', n: 0, total: 0 })
  expect(resultOf(outcomes('skipped', 'failed'))).toEqual({ key: 'rehearsal.no-moves', n: 2, total: 2 })
  const [skipped, one, other] = outcomes('skipped', 'would-move', 'would-move') as [Entry, Entry, Entry]
  expect(resultOf([skipped, one, other])).toEqual({ key: 'rehearsal.moves', n: 2, total: 3 })
  expect(resultOf([skipped, one, { ...other, occurrence: one.occurrence }])).toMatchObject({ n: 1, total: 2 })
})

test('lists moves first', () => {
  const listed = movesFirst(outcomes('skipped', 'would-move', 'failed'))
  expect(listed.map(({ outcome }) => outcome)).toEqual(['would-move', 'skipped', 'failed'])
})

test('an item is named by its number, or by the address of its card', () => {
  const texts = ['31', ' 31 ', 'https://acme.example/crm/deal/details/31/', '/crm/type/177/details/31/?IFRAME=Y']
  expect(texts.map(itemIdIn)).toEqual([31, 31, 31, 31])
  expect(['', '0', 'Kim', '31.5', 'https://acme.example/crm/deal/kanban/'].map(itemIdIn)).toEqual([
    null,
    null,
    null,
    null,
    null,
  ])
})
