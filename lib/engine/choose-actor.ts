import type { Actor } from '../store/decision.ts'
import type { Actors } from '../store/list-actors.ts'
import type { ReadyTrigger } from '../triggers/trigger.ts'

/** *Change stage as*: the chosen user, or whoever is responsible for the item at this moment. */
export function wantedUser(trigger: ReadyTrigger, item: { assignedById: number }): number {
  return trigger.changeStageAs.type === 'user' ? trigger.changeStageAs.userId : item.assignedById
}

/**
 * In whose name the item moves (`design.md` 4): the wanted user if we hold his access; else, by the trigger's `ifNoAccess`, the
 * installer for him, or nobody (null).
 */
export function chooseActor(wanted: number, ifNoAccess: 'installer' | 'wait', actors: Actors): Actor | null {
  if (actors.live.has(wanted)) return { userId: wanted }
  if (ifNoAccess === 'wait' || actors.standIn === null) return null
  return { userId: actors.standIn, onBehalfOf: wanted }
}
