import { type Profile, readProfile } from '../auth/profile.ts'
import { AccessRevokedError } from '../errors/errors.ts'
import type { PortalClients } from './portal-clients.ts'
import type { Priority } from './rest.ts'

/**
 * Asks the portal with a person's own access, in one request, who that is and whether he is an administrator still. Null: the portal
 * shows an empty profile, as to somebody who is gone. Throws `AccessRevokedError` when it refuses the access (which is seen to by then: dead, or
 * at rest), and `PortalError` when it cannot be asked now.
 */
export async function askPerson(
  clients: Pick<PortalClients, 'as'>,
  { portal, userId }: Readonly<{ portal: string; userId: number }>,
  priority: Priority,
): Promise<Profile | null> {
  const client = await clients.as(portal, userId, priority)
  const { results } = await client.batch({ profile: { method: 'profile' }, admin: { method: 'user.admin' } })
  const { profile, admin } = results
  if (!profile?.ok) throw profile?.error ?? new AccessRevokedError({ code: 'NO_PROFILE' })
  const person = readProfile(profile.result)
  return person && { ...person, admin: person.admin || (admin?.ok === true && admin.result === true) }
}
