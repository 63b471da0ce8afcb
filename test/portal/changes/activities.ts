import type { Cause } from '../events/auth.ts'
import { raiseActivity } from '../events/raise.ts'
import type { PortalState } from '../state.ts'
import { type Activity, type NewActivity, newActivity } from '../world/activity.ts'
import { ref } from '../world/clients.ts'
import { nextId } from '../world/ids.ts'

/** Adds an activity and raises ONCRMACTIVITYADD. */
export function addActivity(portal: PortalState, given: NewActivity, cause: Cause): Activity {
  const { world } = portal
  const bindings = given.bindings.map(ref)
  const activity = newActivity(nextId(world, 'activity'), { ...given, bindings }, cause.at ?? new Date())
  world.activities.set(activity.id, activity)
  raiseActivity(portal, activity.id, 'ADD', cause)
  return activity
}

/** Writes to an activity the full way: LAST_UPDATED moves and ONCRMACTIVITYUPDATE is raised. */
export function updateActivity(portal: PortalState, activity: Activity, change: Partial<Activity>, cause: Cause): void {
  Object.assign(activity, change, { lastUpdated: cause.at ?? new Date() })
  if (cause.userId !== null) activity.editorId = cause.userId
  raiseActivity(portal, activity.id, 'UPDATE', cause)
}

/** Puts an activity into the recycle bin and raises ONCRMACTIVITYDELETE. */
export function removeActivity(portal: PortalState, activity: Activity, cause: Cause): void {
  portal.world.activities.delete(activity.id)
  portal.world.recycleBin.set(activity.id, activity)
  raiseActivity(portal, activity.id, 'DELETE', cause)
}

/** For acts, whose caller names an activity that must be there. */
export function requireActivity(portal: PortalState, id: number): Activity {
  const activity = portal.world.activities.get(id)
  if (!activity) throw new Error(`There is no activity ${id} in this portal`)
  return activity
}
