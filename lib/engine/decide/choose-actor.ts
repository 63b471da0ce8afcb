import type { Actor } from '../../domain/decision.ts'
import type { ReadyTrigger } from '../../domain/trigger.ts'
import type { Actors } from '../../store/acting-users.ts'

/** *Change stage as*: the chosen user, or whoever is responsible for the item at this moment. */
export function wantedUser(trigger: ReadyTrigger, item: { assignedById: number }): number {
  return trigger.changeStageAs.type === 'user' ? trigger.changeStageAs.userId : item.assignedById
}

/**
 * In whose name the item moves (`design.md` 4): the wanted user if we hold his access; else the portal is asked to delegate it,
 * where that is allowed and was not tried lately; else, by the trigger's `ifNoAccess`, the installer for him, or nobody (null).
 */
export function chooseActor(
  wanted: number,
  ifNoAccess: 'installer' | 'wait',
  { live, fallbackUser, delegation }: Actors,
): Actor | 'delegate' | null {
  if (live.has(wanted)) return { userId: wanted }
  if (wanted > 0 && delegation && !delegation.askedLately.has(wanted)) return 'delegate'
  if (ifNoAccess === 'wait' || fallbackUser === null) return null
  return { userId: fallbackUser, onBehalfOf: wanted }
}
