import { isDeepStrictEqual } from 'node:util'
import { activeEmployees } from '../bitrix24/directory/active-employees.ts'
import { isAtLeast } from '../domain/role.ts'
import type { ReadyTrigger, Trigger } from '../domain/trigger.ts'
import { listAccess } from '../store/access.ts'
import type { FieldError } from '../texts/field-error.ts'
import type { Author, CheckParts } from './author.ts'
import type { TriggerSettings } from './settings.ts'

/**
 * May this person let a trigger act as that user? Whoever chooses a user acts with his rights, so a manager may choose himself
 * and people who gave their access themselves; an administrator any active employee (`design.md` 7, "Roles").
 */
export async function actingUserFault(
  parts: Pick<CheckParts, 'db' | 'clients'>,
  { portal, user, role }: Author,
  changeStageAs: Trigger['changeStageAs'],
): Promise<FieldError | null> {
  if (changeStageAs.type === 'responsible' || changeStageAs.userId === user.userId) return null
  const people = await listAccess(parts.db, portal.memberId)
  // An access without refresh token was delegated by the portal: its owner gave nothing.
  const gave = people.some(({ userId, live, sealed }) => {
    return userId === changeStageAs.userId && live && sealed.refreshToken !== null
  })
  if (gave) return null
  if (!isAtLeast(role, 'administrator')) return { key: 'invalid.user-consent' }
  const active = await activeEmployees(parts, portal.memberId, [changeStageAs.userId])
  // Where nobody can say, a user who is none shows as `no-access` in the journal.
  return active === null || active.has(changeStageAs.userId) ? null : { key: 'invalid.user' }
}

/** What a manager may change of a trigger that acts as somebody whom he could not choose himself. */
const mayChange: ReadonlySet<string> = new Set<keyof TriggerSettings>(['name', 'enabled', 'mode'])

/**
 * A manager may keep the user that an administrator chose as long as the trigger does the same: rename it, switch it, let it
 * only watch. Anything else would be an act under that user's name that nobody allowed.
 */
export function mayKeepUser(before: ReadyTrigger, after: TriggerSettings): boolean {
  const names = Object.keys(after) as (keyof TriggerSettings)[]
  return names.every((name) => mayChange.has(name) || isDeepStrictEqual(after[name], before[name]))
}
