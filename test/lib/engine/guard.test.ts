import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReadyTrigger } from '../../../lib/domain/trigger.ts'
import { guardItem, guardOccurrence } from '../../../lib/engine/decide/guard.ts'
import type { Item } from '../../../lib/engine/sources/item/item.ts'
import { deal, stages, trigger } from './samples.ts'

const calm = { undone: false, recentMoves: 0 }
const reasonOf = (of: Partial<ReadyTrigger>, item: Item | null, past = calm) =>
  guardItem(trigger(of), item, stages, past)?.reason ?? 'passes'

describe('guards of an item', () => {
  test('let an item go forward', () => {
    expect(reasonOf({}, deal())).toBe('passes')
  })

  test.each<[string, Partial<ReadyTrigger>, Item | null]>([
    ['item-gone', {}, null],
    ['other-pipeline', {}, deal({ categoryId: 0, stageId: 'NEW' })],
    ['stage-gone', { stageId: 'C4:DELETED' }, deal()],
    ['stage-unknown', {}, deal({ stageId: 'C4:ODD' })],
    ['already-there', {}, deal({ stageId: 'C4:TALK' })],
    ['from-stage', { fromStages: ['C4:ASK'] }, deal()],
    ['closed', { stageId: 'C4:LOSE' }, deal({ stageId: 'C4:WON' })],
    ['would-move-back', {}, deal({ stageId: 'C4:ASK' })],
  ])('stop it with %s', (reason, of, item) => {
    expect(reasonOf(of, item)).toBe(reason)
  })

  test('stop an item whose move for this occurrence a person undid', () => {
    expect(reasonOf({}, deal(), { undone: true, recentMoves: 0 })).toBe('undone')
  })

  test('stop the sixth move within ten minutes', () => {
    expect(reasonOf({}, deal(), { undone: false, recentMoves: 4 })).toBe('passes')
    expect(reasonOf({}, deal(), { undone: false, recentMoves: 5 })).toBe('loop')
  })

  test('follow the order of the stages, not that of their ids', () => {
    expect(reasonOf({ stageId: 'C4:ASK' }, deal({ stageId: 'C4:TALK' }))).toBe('passes')
    expect(reasonOf({ stageId: 'C4:TALK' }, deal({ stageId: 'C4:ASK' }))).toBe('would-move-back')
  })

  test('with *allow moving back* let it go anywhere, also from a final stage to the first', () => {
    expect(reasonOf({ stageId: 'C4:NEW', allowMovingBack: true }, deal({ stageId: 'C4:WON' }))).toBe('passes')
    expect(reasonOf({ stageId: 'C4:TALK', allowMovingBack: true }, deal({ stageId: 'C4:TALK' }))).toBe('already-there')
  })

  test('never let an item go back or out of a final stage unless that is allowed', () => {
    const stage = fc.constantFrom(...stages.map(({ stageId }) => stageId))
    fc.assert(
      fc.property(stage, stage, (from, to) => {
        const index = (id: string) => stages.findIndex(({ stageId }) => stageId === id)
        const isFinal = stages[index(from)]?.semantics !== 'process'
        const expected = !isFinal && index(to) > index(from)
        expect(reasonOf({ stageId: to }, deal({ stageId: from })) === 'passes').toBe(expected)
      }),
    )
  })
})

describe('guards of time', () => {
  const now = new Date('2026-08-30T07:00:00.000Z')
  const context = {
    now,
    settings: { paused: false, staleHours: 24 },
    installedAt: '2026-08-01T00:00:00.000Z',
    byHand: false,
  }
  const reasonAt = (at: string, change = {}, of = {}) =>
    guardOccurrence(trigger(of), { key: 'k', at, facts: {} }, { ...context, ...change })?.reason ?? 'passes'

  test('let a fresh happening pass', () => {
    expect(reasonAt('2026-08-30T06:59:00.000Z')).toBe('passes')
  })

  test('stop what happened over 24 hours ago, with five seconds of grace', () => {
    expect(reasonAt('2026-08-29T06:59:56.000Z')).toBe('passes')
    expect(reasonAt('2026-08-29T06:59:54.000Z')).toBe('stale')
    const week = { settings: { paused: false, staleHours: 168 } }
    expect(reasonAt('2026-08-23T06:59:56.000Z', week)).toBe('passes')
    expect(reasonAt('2026-08-23T06:59:54.000Z', week)).toBe('stale')
  })

  test('stop what happened before the trigger was ready, or before the portal was installed', () => {
    const readyAt = '2026-08-30T06:00:00.900Z'
    expect(reasonAt('2026-08-30T05:59:55.000Z', {}, { readyAt })).toBe('passes')
    expect(reasonAt('2026-08-30T05:59:54.900Z', {}, { readyAt })).toBe('stale')
    expect(reasonAt('2026-08-30T05:00:00.000Z', { installedAt: '2026-08-30T06:00:00.000Z' })).toBe('stale')
  })

  test('let a person retry what is long ago', () => {
    expect(reasonAt('2026-08-02T00:00:00.000Z', { byHand: true })).toBe('passes')
  })

  test('stop everything while the portal is paused, before anything else is asked', () => {
    expect(reasonAt('2026-08-02T00:00:00.000Z', { settings: { paused: true, staleHours: 24 } })).toBe('paused')
  })
})
