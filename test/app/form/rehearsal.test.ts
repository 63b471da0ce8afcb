import { expect, test } from 'vitest'
import { rehearsalRequest, resultOf } from '../../../app/form/rehearsal.ts'
import type { Entry } from '../../../app/model.ts'
import { trigger } from '../samples.ts'

const outcomes = (...all: Entry['outcome'][]) => all.map((outcome) => ({ outcome }) as Entry)

test('looks back so many days', () => {
  const { since } = rehearsalRequest(trigger, 7, new Date('2026-08-29T10:00:00.000Z'))
  expect(since).toBe('2026-08-22T10:00:00.000Z')
})

test('comes to nothing, to no moves, or to so many', () => {
  expect(resultOf([])).toEqual({ key: 'rehearsal.nothing', n: 0 })
  expect(resultOf(outcomes('skipped', 'failed'))).toEqual({ key: 'rehearsal.no-moves', n: 2 })
  expect(resultOf(outcomes('skipped', 'would-move', 'would-move'))).toEqual({ key: 'rehearsal.moves', n: 2 })
})
