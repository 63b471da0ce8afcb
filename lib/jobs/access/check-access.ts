import type { Profile } from '../../bitrix24/auth/profile.ts'
import { revokeAccess } from '../../bitrix24/auth/revoke-access.ts'
import { askPerson } from '../../bitrix24/client/call-as-person.ts'
import { AccessRevokedError, PortalError } from '../../bitrix24/errors/errors.ts'
import type { JobContext } from '../../engine/context.ts'
import { type Access, findAccess, forgetLapsedAccess, listIdleAccess } from '../../store/access.ts'
import { findServiceUser } from '../../store/acting-users.ts'
import { completeJobs, type JobRow } from '../../store/jobs.ts'
import { updateRole } from './update-role.ts'

export const CHECK_ACCESS = 'check-access' as const

/** A refresh token lives 180 days; after so many unused it is renewed once. More often may get the app blocked (`platform.md` 2.1). */
const IDLE_MS = 150 * 24 * 3_600_000

/** How many administrators in a row may turn out to be none any more. */
const MOST_READERS = 5

/**
 * Job `check-access`, daily and when the reader was refused for want of a right: renews access that was not used for long, and asks
 * the portal whether those whose access reads and stands in are administrators still. Who is none gives way to another
 * administrator; where there is none, the status page says so.
 */
export async function checkAccess(context: JobContext, rows: JobRow[]): Promise<void> {
  const { memberId } = context.portal
  await forgetLapsedAccess(context.db, memberId, context.clock())
  await renewIdle(context)
  await checkAdministrators(context)
  await context.commit((tx) => completeJobs(tx, rows, 'checked', context.clock()))
}

/** Whose access is refused is marked so; when the OAuth server does not answer there are 30 more days. */
async function renewIdle(context: JobContext): Promise<void> {
  const { memberId } = context.portal
  const since = new Date(context.clock().getTime() - IDLE_MS)
  for (const { userId } of await listIdleAccess(context.db, memberId, since)) {
    try {
      await context.clients.renew(memberId, userId)
    } catch (error) {
      if (!(error instanceof PortalError)) throw error
      context.log.warn({ portal: memberId, userId, code: error.code }, 'An idle access could not be renewed')
      if (!(error instanceof AccessRevokedError)) return
    }
  }
}

async function checkAdministrators(context: JobContext): Promise<void> {
  const { memberId, installerId } = context.portal
  const checked = new Set<number>()
  const next = async () => {
    const reader = await findServiceUser(context.db, memberId)
    return [installerId, reader].find((userId) => userId !== null && !checked.has(userId)) ?? null
  }
  for (let userId = await next(); userId !== null && checked.size < MOST_READERS; userId = await next()) {
    checked.add(userId)
    const access = await findAccess(context.db, memberId, userId)
    if (access?.live && access.sealed.refreshToken !== null) await checkAdministrator(context, access)
  }
}

async function checkAdministrator(context: JobContext, access: Access): Promise<void> {
  const { memberId } = context.portal
  const { userId } = access
  const person = await ask(context, access)
  if (person === 'refused') return
  if (person === 'unknown') return renewUnknown(context, userId)
  if (person.userId !== userId) return void (await revokeAccess(context.db, access, 'FOREIGN_ACCESS', context.clock()))
  await context.commit((tx) => updateRole(tx, access, person, context.clock()))
  if (!person.admin) context.log.warn({ portal: memberId, userId }, 'Whose access reads is no administrator any more')
}

/** An empty profile is what somebody who is gone gets, but whether he is only the OAuth server can say. */
async function renewUnknown(context: JobContext, userId: number): Promise<void> {
  await context.clients.renew(context.portal.memberId, userId).catch((error: unknown) => {
    if (!(error instanceof AccessRevokedError)) throw error
  })
}

/** What the portal says of the person. Throws when it cannot be asked now. */
async function ask(context: JobContext, access: Access): Promise<Profile | 'refused' | 'unknown'> {
  try {
    return (await askPerson(context.clients, access, 'work')) ?? 'unknown'
  } catch (error) {
    // The client has seen to the access: it is dead, or it rests.
    if (error instanceof AccessRevokedError) return 'refused'
    throw error
  }
}
