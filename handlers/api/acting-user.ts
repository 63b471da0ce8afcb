import { isDeepStrictEqual } from 'node:util'
import { RightsMissing } from '../../lib/portal/errors.ts'
import { listAccess } from '../../lib/store/list-access.ts'
import type { ReadyTrigger, Trigger } from '../../lib/triggers/trigger.ts'
import type { Stagecue } from '../../lib/wire.ts'
import type { Fault } from '../http/api-error.ts'
import { isAtLeast, type Session } from '../http/session.ts'
import { givenFields, type TriggerInput } from './trigger-schema.ts'

/**
 * May this person let a trigger act as that user? Whoever chooses a user acts with his rights, so a manager may choose himself
 * and people who gave their access themselves; an administrator any active employee (`design.md` 7, "Roles").
 */
export async function actingUserFault(
  stagecue: Stagecue,
  { portal, user, role }: Session,
  changeStageAs: Trigger['changeStageAs'],
): Promise<Fault | null> {
  if (changeStageAs.type === 'responsible' || changeStageAs.userId === user.userId) return null
  const people = await listAccess(stagecue.db, portal.memberId)
  // An access without refresh token was delegated by the portal: its owner gave nothing.
  const gave = people.some(({ userId, live, sealed }) => {
    return userId === changeStageAs.userId && live && sealed.refreshToken !== null
  })
  if (gave) return null
  if (!isAtLeast(role, 'administrator')) return { key: 'invalid.user-consent' }
  return (await isActive(stagecue, portal.memberId, changeStageAs.userId)) ? null : { key: 'invalid.user' }
}

/**
 * A manager may keep the user that an administrator chose as long as the trigger does the same: rename it, switch it, let it
 * only watch. Anything else would be an act under that user's name that nobody allowed.
 */
export function mayKeepUser(before: ReadyTrigger, input: TriggerInput): boolean {
  const { kind, entityTypeId, categoryId, stageId, fromStages, changeStageAs, allowMovingBack, fields } = before
  const does = { kind, entityTypeId, categoryId, stageId, fromStages, changeStageAs, allowMovingBack, fields }
  const more = { whenSeveral: before.whenSeveral, viaClient: before.viaClient, ifNoAccess: before.ifNoAccess }
  const asBefore = { ...does, ...more }
  const names = Object.keys(asBefore) as (keyof typeof asBefore)[]
  const wanted = { ...input, fields: givenFields(input) }
  return names.every((name) => isDeepStrictEqual(wanted[name] ?? asBefore[name], asBefore[name]))
}

/** Asks the portal itself: lists for pickers may be old. */
async function isActive(stagecue: Stagecue, portal: string, userId: number): Promise<boolean> {
  const client = await stagecue.clients.asReader(portal, 'page')
  try {
    const { result } = await client.call('user.get', { FILTER: { ID: userId, ACTIVE: true, USER_TYPE: 'employee' } })
    const rows = typeof result === 'object' && result !== null ? Object.values(result) : []
    return rows.some((row) => Number((row as { ID?: unknown }).ID) === userId)
  } catch (error) {
    // Without the scope nobody can say; a user who is none shows as `no-access` in the journal.
    if (error instanceof RightsMissing) return true
    throw error
  }
}
