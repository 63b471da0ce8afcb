import { revokeAccess } from '../../bitrix24/auth/revoke-access.ts'
import { askPerson } from '../../bitrix24/client/call-as-person.ts'
import { listPeople } from '../../bitrix24/directory/list-people.ts'
import { AccessRevokedError, PortalError } from '../../bitrix24/errors/errors.ts'
import type { JobContext, JobHandler } from '../../engine/context.ts'
import { type Access, listAccess } from '../../store/access.ts'
import { addAudit } from '../../store/audit.ts'
import { completeJobs } from '../../store/jobs.ts'
import { findPortal, storeSettings } from '../../store/portals.ts'

export const CHECK_PEOPLE = 'check-people' as const

/**
 * Job `check-people`, weekly: tokens of people who were dismissed go, and they are no managers any more. The portal lists whom it knows;
 * who is not on its list, such as the user that an app runs under when its installer left, is asked by his own access (`platform.md`
 * 1.5). Where the list may not be read nothing is decided.
 */
export const checkPeople: JobHandler = async (context, rows) => {
  const { memberId, settings } = context.portal
  const people = (await listAccess(context.db, memberId)).filter(({ live }) => live)
  const client = await context.clients.asReader(memberId, 'work')
  const listed = await listPeople(client, [...new Set([...people.map(({ userId }) => userId), ...settings.managers])])
  const known = new Set(listed?.map(({ ID }) => Number(ID)))
  const dismissed = new Set(listed?.flatMap(({ ID, ACTIVE }) => (isActive(ACTIVE) ? [] : [Number(ID)])))
  for (const access of listed === null ? [] : people) {
    if (dismissed.has(access.userId)) await revokeAccess(context.db, access, 'INACTIVE_USER', context.clock())
    else if (!known.has(access.userId)) await askHimself(context, access)
  }
  await context.commit(async (tx) => {
    await dropManagers(tx, context, dismissed)
    await completeJobs(tx, rows, listed === null ? 'no-list' : 'checked', context.clock())
  })
}

/** Older portals write `Y` and `N`; where it is not said, nobody was dismissed. */
function isActive(value: unknown): boolean {
  return value === undefined || ['true', 'Y', '1'].includes(String(value))
}

/** A call by which a dead access is found out; one that the portal refuses for now rests. */
async function askHimself(context: JobContext, access: Access): Promise<void> {
  try {
    const person = await askPerson(context.clients, access, 'work')
    // An empty profile is what somebody who is gone gets, but whether he is only the OAuth server can say.
    if (person === null) await context.clients.renew(access.portal, access.userId)
  } catch (error) {
    if (!(error instanceof PortalError) || (error.retriable && !(error instanceof AccessRevokedError))) throw error
  }
}

async function dropManagers(tx: JobContext['db'], context: JobContext, dismissed: ReadonlySet<number>): Promise<void> {
  const { memberId } = context.portal
  const before = (await findPortal(tx, memberId))?.settings
  if (!before?.managers.some((userId) => dismissed.has(userId))) return
  const after = { ...before, managers: before.managers.filter((userId) => !dismissed.has(userId)) }
  const now = context.clock()
  await storeSettings(tx, memberId, after, now)
  await addAudit(tx, memberId, { userId: null, action: 'settings-changed', detail: { before, after } }, now)
}
