import { keepRole } from '../../lib/jobs/keep-role.ts'
import { askPerson } from '../../lib/portal/ask-person.ts'
import { AccessDead, LimitReached } from '../../lib/portal/errors.ts'
import { loseAccess } from '../../lib/portal/lose-access.ts'
import type { Access } from '../../lib/store/access.ts'
import { transact } from '../../lib/store/transact.ts'
import type { Stagecue } from '../../lib/wire.ts'
import { ApiError } from './api-error.ts'

/** How old the portal's word may be on which a change rests, milliseconds (`design.md` 8). */
const fresh = 5 * 60_000

/**
 * The person as the portal says now, if it was asked too long ago: roles and dismissals count at once for whatever changes something.
 * 401 for who may not use the app any more; throws `PortalError` while the portal cannot be asked.
 */
export async function withFreshRole(stagecue: Stagecue, user: Access): Promise<Access> {
  const { db, clients, clock } = stagecue
  if (user.provenAt !== null && clock().getTime() - user.provenAt.getTime() <= fresh) return user
  try {
    const person = await askPerson(clients, user, 'page')
    const now = clock()
    if (person?.userId === user.userId) {
      await transact(db, (tx) => keepRole(tx, user, person, now))
      return { ...user, admin: person.admin, name: person.name, provenAt: now }
    }
    if (person !== null) await loseAccess(db, user, 'FOREIGN_ACCESS', now)
  } catch (error) {
    if (error instanceof LimitReached) throw new ApiError('portal-unavailable', { retryAfter: waitOf(error, clock()) })
    if (!(error instanceof AccessDead)) throw error
  }
  throw new ApiError('unauthorized')
}

/** Nothing was done yet, so the change may be sent again by itself. */
function waitOf({ waitUntil }: LimitReached, now: Date): number {
  return Math.max(1, Math.ceil((waitUntil.getTime() - now.getTime()) / 1000))
}
