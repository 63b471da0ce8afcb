import { describe, expect, test } from 'vitest'
import { parseStages } from '../../../lib/bitrix24/directory/stages.ts'
import { RejectedError } from '../../../lib/bitrix24/errors/errors.ts'
import { judgeMove, type Shown } from '../../../lib/engine/move/judge-move.ts'
import { type MoveCall, stagesSince } from '../../../lib/engine/move/stage-history.ts'

const stages = parseStages(['A', 'B', 'C'].map((STATUS_ID, index) => ({ ID: index, STATUS_ID, SORT: index })))
const move = { from: 'A', to: 'B' }
const item = (stageId: string) => ({ stageId })

/** What the portal shows after a call for a move from A to B, and what follows (`design.md` 3, rule 5; decision 010). */
describe('a move is judged by what the portal shows', () => {
  const judge = (shown: Partial<Shown>, calls: number, doubt: 'lost' | 'fault' | 'refused' = 'lost') =>
    judgeMove(move, { item: item('A'), passed: [], stages, ...shown }, { calls, doubt })

  test.each(['lost', 'fault', 'refused'] as const)('whatever its answer left open (%s), it was made', (doubt) => {
    expect([
      judge({ item: item('B'), passed: ['B'] }, 1, doubt),
      judge({ item: item('C'), passed: ['B', 'C'] }, 1, doubt),
      judge({ item: item('A'), passed: ['B', 'A'] }, 1, doubt),
      judge({ item: item('B'), passed: null }, 1, doubt),
    ]).toEqual(['made', 'made', 'made', 'made'])
  })

  test.each(['lost', 'fault', 'refused'] as const)('somebody else moved it (%s)', (doubt) => {
    expect([
      judge({ item: item('C'), passed: ['C'] }, 1, doubt),
      judge({ item: item('C'), passed: null }, 1, doubt),
      judge({ item: null }, 1, doubt),
    ]).toEqual(['elsewhere', 'elsewhere', 'item-gone'])
  })

  test('without a history, the yes of a portal that has the stage proves it, wherever the item stands', () => {
    const said = (shown: Partial<Shown>) =>
      judgeMove(
        move,
        { item: item('A'), passed: null, stages, ...shown },
        { calls: 1, doubt: 'refused', saidYes: true },
      )
    expect([said({ item: item('C') }), said({}), said({ passed: [] }), said({ stages: [] })]).toEqual([
      'made',
      'made',
      'unmoved',
      'stage-gone',
    ])
  })

  test('not made: a lost answer is asked for once more, a fault four times, a refusal not again', () => {
    expect([1, 2].map((calls) => judge({}, calls, 'lost'))).toEqual(['call', 'unmoved'])
    expect([1, 4, 5].map((calls) => judge({}, calls, 'fault'))).toEqual(['call', 'call', 'unmoved'])
    expect(judge({}, 1, 'refused')).toBe('unmoved')
  })

  test('not made, and the stage is gone', () => {
    const left = stages.filter(({ stageId }) => stageId !== 'B')
    for (const doubt of ['lost', 'fault', 'refused'] as const)
      expect(judge({ stages: left }, 1, doubt)).toBe('stage-gone')
    expect(judge({ stages: left }, 0)).toBe('stage-gone')
    expect(judge({ stages: undefined }, 1)).toBe('call')
    expect(judge({ stages: left, passed: ['B', 'A'] }, 1)).toBe('made')
  })

  test('never called: a stage that it has by now is somebody else’s doing', () => {
    expect([judge({}, 0), judge({ item: item('B'), passed: ['B'] }, 0)]).toEqual(['call', 'elsewhere'])
  })
})

describe('stages since a call', () => {
  const call: MoveCall = { from: 'A', begunAt: '2026-08-29T10:00:07.500Z', movedTime: '2026-08-29T12:00:00+02:00' }
  /** Rows by stage and second, the newest first, as they are asked for. */
  const since = (rows: [string, number][], wasAnswered = false, one = call) => {
    const items = rows.map(([STAGE_ID, second], index) => {
      return { ID: String(index + 1), STAGE_ID, CREATED_TIME: `2026-08-29T10:00:0${second}+00:00` }
    })
    return stagesSince(one, { ok: true, result: { items: items.reverse() } }, wasAnswered)
  }

  test('are those behind the item’s last change before it, by the portal’s clock', () => {
    expect(since([['A', 0]])).toEqual([])
    expect(
      since([
        ['A', 0],
        ['B', 3],
        ['C', 3],
      ]),
    ).toEqual(['B', 'C'])
    expect(
      since([
        ['B', 0],
        ['A', 0],
        ['B', 0],
      ]),
    ).toEqual(['B'])
  })

  test('within one second: there and back before a lost answer, or by a rule after an answer', () => {
    const rows: [string, number][] = [
      ['A', 0],
      ['B', 0],
      ['A', 0],
    ]
    expect([since(rows), since(rows, true)]).toEqual([[], ['B', 'A']])
  })

  test('by our clock, with some seconds of grace, where the item does not say when it moved', () => {
    const one = { ...call, movedTime: null }
    expect(
      since(
        [
          ['A', 1],
          ['B', 3],
        ],
        false,
        one,
      ),
    ).toEqual(['B'])
  })

  test('of leads have other names', () => {
    const row = { ID: 1, STATUS_ID: 'B', CREATED_TIME: '2026-08-29T10:00:01+00:00' }
    expect(stagesSince(call, { ok: true, result: { items: [row] } }, false)).toEqual(['B'])
  })

  test('are unknown where the portal refuses its history; what is no history has none', () => {
    expect(
      stagesSince(call, { ok: false, error: new RejectedError({ code: 'ENTITY_TYPE_NOT_SUPPORTED' }) }, false),
    ).toBeNull()
    expect(stagesSince(call, undefined, false)).toBeNull()
    for (const result of [[], null, 'text', { items: 'x' }, { items: [null, 7, {}] }]) {
      expect(stagesSince(call, { ok: true, result }, false)).toEqual([])
    }
  })
})
