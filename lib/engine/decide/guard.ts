import type { Stage } from '../../bitrix24/directory/stages.ts'
import type { Recognised } from '../../domain/occurrence.ts'
import type { Settings } from '../../domain/portal.ts'
import type { Reason } from '../../domain/reasons.ts'
import { GRACE_MS, wholeSeconds } from '../../domain/time.ts'
import type { ReadyTrigger } from '../../domain/trigger.ts'
import type { Facts } from '../../triggers/facts.ts'
import { kinds } from '../../triggers/index.ts'
import type { Item } from '../sources/item/item.ts'

/** A happening older than this moves nothing any more, milliseconds. */
export function staleAfterMs({ staleHours }: Pick<Settings, 'staleHours'>): number {
  return staleHours * 3_600_000
}

/** The sixth move of one item within ten minutes is a loop. */
export const LOOP = { moves: 5, withinMs: 10 * 60 * 1000 }

/** A guard said no: the reason and what it compared. */
export type Rejection = { outcome: 'skipped' | 'failed'; reason: Reason; facts: Record<string, unknown> }

/** What of the portal's settings guards ask for. */
type GuardSettings = Pick<Settings, 'paused' | 'staleHours'>

/** Guards that need nothing but the trigger and the clock, in the order of `triggers.md`. */
export function guardOccurrence(
  trigger: ReadyTrigger,
  occurrence: Recognised,
  context: {
    now: Date
    settings: GuardSettings
    installedAt: string | null
    byHand: boolean
    facts?: Facts | undefined
  },
): Rejection | null {
  const { now, settings, installedAt, byHand, facts } = context
  if (settings.paused) return skipped('paused')
  if (!trigger.enabled) return skipped('trigger-gone')
  if (byHand) return veto(trigger, occurrence, facts)
  const readyAt = installedAt !== null && installedAt > trigger.readyAt ? installedAt : trigger.readyAt
  const happened = wholeSeconds(occurrence.at) * 1000
  const tooEarly = happened < wholeSeconds(readyAt) * 1000 - GRACE_MS
  const tooOld = happened < now.getTime() - staleAfterMs(settings) - GRACE_MS
  if (tooEarly || tooOld)
    return skipped('stale', { happenedAt: occurrence.at, readyAt, staleHours: settings.staleHours })
  return veto(trigger, occurrence, facts)
}

/** The kind's own guard: links that do not tell which one was clicked, machines, unknown times, what the portal does not confirm. */
function veto(trigger: ReadyTrigger, occurrence: Recognised, facts: Facts | undefined): Rejection | null {
  const reason = kinds[trigger.kind].veto?.(trigger.fields, occurrence, facts) ?? null
  if (reason === null) return null
  return reason === 'unproven' ? failed(reason, {}) : skipped(reason)
}

/** Guards of one item as it is now, in the order of `triggers.md`; null lets the item pass. */
export function guardItem(
  trigger: ReadyTrigger,
  item: Item | null,
  stages: readonly Stage[],
  { undone, recentMoves }: { undone: boolean; recentMoves: number },
): Rejection | null {
  if (item === null) return skipped('item-gone')
  const compared = { stageId: item.stageId, target: trigger.stageId }
  const target = targetIn(trigger, stages)
  if (target < 0 || item.stageId === '') return failed('stage-gone', compared)
  if (item.categoryId !== trigger.categoryId) return skipped('other-pipeline', { categoryId: item.categoryId })
  const present = stages.findIndex((stage) => stage.stageId === item.stageId)
  const stage = stages[present]
  if (!stage) return failed('stage-unknown', compared)
  if (present === target) return skipped('already-there', compared)
  if (trigger.fromStages.length > 0 && !trigger.fromStages.includes(item.stageId)) {
    return skipped('from-stage', { ...compared, fromStages: trigger.fromStages })
  }
  if (!trigger.allowMovingBack && stage.semantics !== 'process') return skipped('closed', compared)
  if (!trigger.allowMovingBack && target < present) return skipped('would-move-back', compared)
  if (undone) return skipped('undone', compared)
  if (recentMoves >= LOOP.moves) return skipped('loop', { recentMoves, withinSeconds: LOOP.withinMs / 1000 })
  return null
}

/** Where the trigger's stage stands in its pipeline; -1: it is gone, or no target. */
export function targetIn({ stageId }: Pick<ReadyTrigger, 'stageId'>, stages: readonly Stage[]): number {
  return stages.findIndex((stage) => stage.stageId === stageId && stage.canBeTarget)
}

function skipped(reason: Reason, facts: Record<string, unknown> = {}): Rejection {
  return { outcome: 'skipped', reason, facts }
}

function failed(reason: Reason, facts: Record<string, unknown>): Rejection {
  return { outcome: 'failed', reason, facts }
}
