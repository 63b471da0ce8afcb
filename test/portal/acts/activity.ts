import { addActivity, removeActivity, requireActivity, updateActivity } from '../changes/activities.ts'
import { type Cause, NOBODY } from '../events/auth.ts'
import { raiseActivity } from '../events/raise.ts'
import { SEED } from '../seed/names.ts'
import type { PortalState } from '../state.ts'
import { ref } from '../world/clients.ts'
import type { ItemRef } from '../world/item.ts'

interface By {
  userId?: number
  at?: Date
}

/** An employee deletes an activity: it goes to the recycle bin. */
export function deleteActivity(portal: PortalState, activityId: number, by: By = {}): void {
  removeActivity(portal, requireActivity(portal, activityId), causeOf(by))
}

/** An e-mail comes back from the recycle bin (and goes there first, if need be): a new activity with the same Message-Id. */
export function restoreMail(portal: PortalState, activityId: number, by: By = {}): number {
  return restore(portal, activityId, by)
}

/** A call comes back from the recycle bin: a new activity with the same ORIGIN_ID (platform.md 10.16). */
export function restoreCall(portal: PortalState, activityId: number, by: By = {}): number {
  return restore(portal, activityId, by)
}

/** Binds an activity to further items, as the portal sometimes does late; raises ONCRMACTIVITYUPDATE. */
export function bindActivity(portal: PortalState, activityId: number, refs: ItemRef[], by: By = {}): void {
  const activity = requireActivity(portal, activityId)
  const cause = by.userId === undefined ? { ...NOBODY, at: by.at } : causeOf(by)
  updateActivity(portal, activity, { bindings: [...activity.bindings, ...refs.map(ref)] }, cause)
}

/** Raises ONCRMACTIVITYUPDATE without any change, as the portal often does. */
export function touchActivity(portal: PortalState, activityId: number): void {
  raiseActivity(portal, requireActivity(portal, activityId).id, 'UPDATE', NOBODY)
}

function restore(portal: PortalState, activityId: number, by: By): number {
  if (portal.world.activities.has(activityId)) deleteActivity(portal, activityId, by)
  const deleted = portal.world.recycleBin.get(activityId)
  if (!deleted) throw new Error(`Activity ${activityId} is not in the recycle bin`)
  portal.world.recycleBin.delete(activityId)
  const { id: _, created: __, lastUpdated: ___, ...kept } = deleted
  return addActivity(portal, kept, causeOf(by)).id
}

function causeOf({ userId = SEED.users.sam, at }: By): Cause {
  return { userId, at }
}
