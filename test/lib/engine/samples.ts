import type { Stage } from '../../../lib/bitrix24/directory/stages.ts'
import type { ReadyTrigger } from '../../../lib/domain/trigger.ts'
import type { DecisionInput } from '../../../lib/engine/decide/decide.ts'
import type { Item } from '../../../lib/engine/sources/item/item.ts'

/** A pipeline whose order is not that of its ids. */
export const stages: Stage[] = (
  [
    ['C4:NEW', 'process'],
    ['C4:TALK', 'process'],
    ['C4:ASK', 'process'],
    ['C4:WON', 'success'],
    ['C4:LOSE', 'failure'],
  ] as const
).map(([stageId, semantics], index) => ({
  stageId,
  title: stageId,
  color: '',
  semantics,
  sort: index * 10,
  canBeTarget: true,
}))

export function deal(change: Partial<Item> = {}): Item {
  return {
    entityTypeId: 2,
    id: 31,
    stageId: 'C4:NEW',
    categoryId: 4,
    assignedById: 15,
    createdTime: '2026-08-01T08:00:00+02:00',
    movedTime: '2026-08-01T08:00:00+02:00',
    clients: null,
    ...change,
  }
}

export function trigger(change: Partial<ReadyTrigger> = {}): ReadyTrigger {
  return {
    id: '1',
    version: 1,
    createdAt: '2026-08-01T00:00:00.000Z',
    updatedAt: '2026-08-01T00:00:00.000Z',
    createdBy: 1,
    attention: null,
    kind: 'email-incoming',
    name: 'A customer wrote',
    entityTypeId: 2,
    categoryId: 4,
    stageId: 'C4:TALK',
    fromStages: [],
    changeStageAs: { type: 'responsible' },
    allowMovingBack: false,
    fields: {},
    whenSeveral: 'all',
    viaClient: false,
    ifNoAccess: 'installer',
    mode: 'live',
    enabled: true,
    readyAt: '2026-08-01T00:00:00.000Z',
    ...change,
  }
}

/** One trigger or more, each looking at the same items. */
export function situation(triggers: ReadyTrigger[], items: Item[], change: Partial<DecisionInput> = {}): DecisionInput {
  return {
    occurrence: {
      key: 'email-incoming:9101',
      kind: 'email-incoming',
      at: '2026-08-29T07:00:00.000Z',
      facts: {},
      source: 'event',
      origin: { activityId: 9101, refs: [] },
      heardAt: '2026-08-29T07:00:10.000Z',
    },
    triggers: triggers.map((one) => ({
      trigger: one,
      candidates: items.map((item) => ({ ref: { entityTypeId: item.entityTypeId, id: item.id }, item })),
    })),
    stagesOf: () => stages,
    claimed: new Map(),
    undone: new Set(),
    recentMoves: new Map(),
    actors: { live: new Set([1, 15]), fallbackUser: 1 },
    ...change,
  }
}
