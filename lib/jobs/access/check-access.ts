import type { Profile } from '../../bitrix24/auth/profile.ts'
import { loseAccess } from '../../bitrix24/auth/revoke-access.ts'
import { askPerson } from '../../bitrix24/client/call-as-person.ts'
import { AccessDead, PortalError } from '../../bitrix24/errors/errors.ts'
import type { Round } from '../../queue/job.ts'
import { type Access, findAccess, forgetLapsedAccess, listIdleAccess } from '../../store/access.ts'
import { findReader } from '../../store/acting-users.ts'
import { finishWork, type WorkRow } from '../../store/jobs.ts'
import { keepRole } from './keep-role.ts'

export const CHECK_ACCESS = 'check-access'

/** A refresh token lives 180 days; after so many unused it is renewed once. More often may get the app blocked (`platform.md` 2.1). */
const IDLE_MS = 150 * 24 * 3_600_000

/** How many administrators in a row may turn out to be none any more. */
const MOST_READERS = 5

/**
 * Job `check-access`, daily and when the reader was refused for want of a right: renews access that was not used for long, and asks
 * the portal whether those whose access reads and stands in are administrators still. Who is none gives way to another
 * administrator; where there is none, the status page says so.
 */
export async function checkAccess(round: Round, rows: WorkRow[]): Promise<void> {
  const { memberId } = round.portal
  await forgetLapsedAccess(round.db, memberId, round.clock())
  await renewIdle(round)
  await checkAdministrators(round)
  const ids = rows.map(({ id }) => id)
  await round.commit((tx) => finishWork(tx, ids, 'checked', round.clock()))
}

/** Whose access is refused is marked so; when the OAuth server does not answer there are 30 more days. */
async function renewIdle(round: Round): Promise<void> {
  const { memberId } = round.portal
  const since = new Date(round.clock().getTime() - IDLE_MS)
  for (const { userId } of await listIdleAccess(round.db, memberId, since)) {
    try {
      await round.clients.renew(memberId, userId)
    } catch (error) {
      if (!(error instanceof PortalError)) throw error
      round.log.warn({ portal: memberId, userId, code: error.code }, 'An idle access could not be renewed')
      if (!(error instanceof AccessDead)) return
    }
  }
}

async function checkAdministrators(round: Round): Promise<void> {
  const { memberId, installerId } = round.portal
  const checked = new Set<number>()
  const next = async () => {
    const reader = await findReader(round.db, memberId)
    return [installerId, reader].find((userId) => userId !== null && !checked.has(userId)) ?? null
  }
  for (let userId = await next(); userId !== null && checked.size < MOST_READERS; userId = await next()) {
    checked.add(userId)
    const access = await findAccess(round.db, memberId, userId)
    if (access?.live && access.sealed.refreshToken !== null) await checkAdministrator(round, access)
  }
}

async function checkAdministrator(round: Round, access: Access): Promise<void> {
  const { memberId } = round.portal
  const { userId } = access
  const person = await ask(round, access)
  if (person === 'refused') return
  if (person === 'unknown') return renewUnknown(round, userId)
  if (person.userId !== userId) return void (await loseAccess(round.db, access, 'FOREIGN_ACCESS', round.clock()))
  await round.commit((tx) => keepRole(tx, access, person, round.clock()))
  if (!person.admin) round.log.warn({ portal: memberId, userId }, 'Whose access reads is no administrator any more')
}

/** An empty profile is what somebody who is gone gets, but whether he is only the OAuth server can say. */
async function renewUnknown(round: Round, userId: number): Promise<void> {
  await round.clients.renew(round.portal.memberId, userId).catch((error: unknown) => {
    if (!(error instanceof AccessDead)) throw error
  })
}

/** What the portal says of the person. Throws when it cannot be asked now. */
async function ask(round: Round, access: Access): Promise<Profile | 'refused' | 'unknown'> {
  try {
    return (await askPerson(round.clients, access, 'work')) ?? 'unknown'
  } catch (error) {
    // The client has seen to the access: it is dead, or it rests.
    if (error instanceof AccessDead) return 'refused'
    throw error
  }
}
