import { describe, expect, test } from 'vitest'
import { type DecisionInput, decide } from '../../../lib/engine/decide/decide.ts'
import { deal, situation, trigger } from './samples.ts'

/** Decisions in short: `trigger/item outcome reason`. */
function outcomes(of: DecisionInput): string[] {
  const { decisions, moves } = decide(of)
  return [...decisions, ...moves.map((move) => move.decision)]
    .map(
      ({ trigger: { id }, item, outcome, reason }) =>
        `${id}/${item?.id ?? '-'} ${outcome}${reason ? ` ${reason}` : ''}`,
    )
    .sort()
}

describe('several items', () => {
  const items = [
    deal({ id: 31, createdTime: '2026-08-01T08:00:00+02:00' }),
    deal({ id: 32, createdTime: '2026-08-03T08:00:00+02:00' }),
    deal({ id: 33, createdTime: '2026-08-02T08:00:00+02:00' }),
  ]

  test('all move by default', () => {
    expect(outcomes(situation([trigger()], items))).toEqual(['1/31 moved', '1/32 moved', '1/33 moved'])
  })

  test('the newest created moves', () => {
    expect(outcomes(situation([trigger({ whenSeveral: 'newest' })], items))).toEqual([
      '1/31 skipped several',
      '1/32 moved',
      '1/33 skipped several',
    ])
  })

  test('none moves, unless only one passes the guards', () => {
    const none = trigger({ whenSeveral: 'none' })
    expect(outcomes(situation([none], items))).toEqual([
      '1/31 skipped several',
      '1/32 skipped several',
      '1/33 skipped several',
    ])
    const [first] = items
    const others = [deal({ id: 32, categoryId: 0 }), deal({ id: 33, stageId: 'C4:WON' })]
    expect(outcomes(situation([none], first ? [first, ...others] : []))).toEqual([
      '1/31 moved',
      '1/32 skipped other-pipeline',
      '1/33 skipped closed',
    ])
  })

  test('no item at all is said once', () => {
    expect(outcomes(situation([trigger()], []))).toEqual(['1/- skipped no-item'])
  })
})

describe('several triggers', () => {
  test('the target earliest in the pipeline wins', () => {
    const triggers = [trigger({ id: '1', stageId: 'C4:ASK' }), trigger({ id: '2', stageId: 'C4:TALK' })]
    expect(outcomes(situation(triggers, [deal()]))).toEqual(['1/31 skipped another-trigger', '2/31 moved'])
  })

  test('of the same target the one made first wins', () => {
    const triggers = [
      trigger({ id: '1', createdAt: '2026-08-02T00:00:00.000Z' }),
      trigger({ id: '2', createdAt: '2026-08-01T00:00:00.000Z' }),
    ]
    expect(outcomes(situation(triggers, [deal()]))).toEqual(['1/31 skipped another-trigger', '2/31 moved'])
  })

  test('one that a guard stops does not compete', () => {
    const triggers = [
      trigger({ id: '1', stageId: 'C4:TALK', fromStages: ['C4:ASK'] }),
      trigger({ id: '2', stageId: 'C4:ASK' }),
    ]
    expect(outcomes(situation(triggers, [deal()]))).toEqual(['1/31 skipped from-stage', '2/31 moved'])
  })

  test('a watching one is decided as if alone and takes nothing', () => {
    const triggers = [trigger({ id: '1', mode: 'watch' }), trigger({ id: '2', stageId: 'C4:ASK' })]
    expect(outcomes(situation(triggers, [deal()]))).toEqual(['1/31 would-move watch', '2/31 moved'])
  })

  test('an item that the missed call has taken is not moved by the inbound call', () => {
    const claimed = new Map([['2:31', '7']])
    expect(outcomes(situation([trigger()], [deal(), deal({ id: 32 })], { claimed }))).toEqual([
      '1/31 skipped another-trigger',
      '1/32 moved',
    ])
  })
})

describe('in whose name', () => {
  const moveOf = (of: DecisionInput) => decide(of).moves[0]?.decision.move

  test('the responsible person of the item', () => {
    expect(moveOf(situation([trigger()], [deal()]))).toEqual({ from: 'C4:NEW', to: 'C4:TALK', userId: 15 })
  })

  test('the chosen user', () => {
    const chosen = trigger({ changeStageAs: { type: 'user', userId: 1 } })
    expect(moveOf(situation([chosen], [deal()]))).toMatchObject({ userId: 1 })
  })

  test('the installer for a user without access, and it is said for whom', () => {
    const actors = { live: new Set([1]), fallbackUser: 1 }
    expect(moveOf(situation([trigger()], [deal()], { actors }))).toMatchObject({ userId: 1, onBehalfOf: 15 })
  })

  test('nobody yet, while the portal may still delegate the access; another trigger does not take the item', () => {
    const actors = { live: new Set([1]), fallbackUser: 1, delegation: { askedLately: new Set<number>() } }
    const triggers = [trigger({ id: '1' }), trigger({ id: '2', changeStageAs: { type: 'user', userId: 1 } })]
    const { decisions, moves, pending } = decide(situation(triggers, [deal()], { actors }))
    expect(moves).toEqual([])
    expect(pending).toMatchObject([{ trigger: { id: '1' }, item: { id: 31 }, userId: 15 }])
    expect(decisions).toMatchObject([{ trigger: { id: '2' }, reason: 'another-trigger' }])
  })

  test('the installer, when the portal was asked lately and gave none', () => {
    const actors = { live: new Set([1]), fallbackUser: 1, delegation: { askedLately: new Set([15]) } }
    expect(moveOf(situation([trigger()], [deal()], { actors }))).toMatchObject({ userId: 1, onBehalfOf: 15 })
  })

  test('never somebody for an item without a responsible person', () => {
    const actors = { live: new Set([1]), fallbackUser: 1, delegation: { askedLately: new Set<number>() } }
    const nobodys = deal({ assignedById: 0 })
    expect(moveOf(situation([trigger()], [nobodys], { actors }))).toMatchObject({ userId: 1, onBehalfOf: 0 })
  })

  test('nobody, when the trigger waits for the access or there is no installer', () => {
    const waits = situation([trigger({ ifNoAccess: 'wait' })], [deal()], {
      actors: { live: new Set([1]), fallbackUser: 1 },
    })
    expect(outcomes(waits)).toEqual(['1/31 failed no-access'])
    const alone = situation([trigger()], [deal()], { actors: { live: new Set(), fallbackUser: null } })
    expect(outcomes(alone)).toEqual(['1/31 failed no-access'])
  })
})
