import { revokeAccess } from '../../lib/bitrix24/auth/revoke-access.ts'
import { askPerson } from '../../lib/bitrix24/client/call-as-person.ts'
import { AccessRevokedError, RateLimitError } from '../../lib/bitrix24/errors/errors.ts'
import { updateRole } from '../../lib/jobs/access/update-role.ts'
import type { Services } from '../../lib/services.ts'
import type { Access } from '../../lib/store/access.ts'
import { transact } from '../../lib/store/database.ts'
import { ApiError } from './api-error.ts'

/** How old the portal's word may be on which a change rests, milliseconds (`design.md` 8). */
const fresh = 5 * 60_000

/**
 * The person as the portal says now, if it was asked too long ago: roles and dismissals count at once for whatever changes something.
 * 401 for who may not use the app any more; throws `PortalError` while the portal cannot be asked.
 */
export async function withFreshRole(services: Services, user: Access): Promise<Access> {
  const { db, clients, clock } = services
  if (user.verifiedAt !== null && Math.abs(clock().getTime() - user.verifiedAt.getTime()) <= fresh) return user
  try {
    const person = await askPerson(clients, user, 'page')
    const now = clock()
    if (person?.userId === user.userId) {
      await transact(db, (tx) => updateRole(tx, user, person, now))
      return { ...user, admin: person.admin, name: person.name, verifiedAt: now }
    }
    if (person !== null) await revokeAccess(db, user, 'FOREIGN_ACCESS', now)
  } catch (error) {
    if (error instanceof RateLimitError)
      throw new ApiError('portal-unavailable', { retryAfter: waitOf(error, clock()) })
    if (!(error instanceof AccessRevokedError)) throw error
  }
  throw new ApiError('unauthorized')
}

/** Nothing was done yet, so the change may be sent again by itself. */
function waitOf({ waitUntil }: RateLimitError, now: Date): number {
  return Math.max(1, Math.ceil((waitUntil.getTime() - now.getTime()) / 1000))
}
