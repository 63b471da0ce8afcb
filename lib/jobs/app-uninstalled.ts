import type { Job, Round } from '../engine/job.ts'
import { AccessDead, PortalError, PortalRemoved } from '../portal/errors.ts'
import { addAudit } from '../store/add-audit.ts'
import { erasePortal } from '../store/erase-portal.ts'
import { finishPortalWork } from '../store/finish-portal-work.ts'
import { finishWork } from '../store/finish-work.ts'
import { listAccess } from '../store/list-access.ts'
import { markUninstalled } from '../store/mark-uninstalled.ts'
import { parkWork } from '../store/park-work.ts'
import { postponeWork } from '../store/postpone-work.ts'
import type { WorkRow } from '../store/take-work.ts'
import type { LifecycleParts } from './app-installed.ts'
import { type LifecycleNotice, openNotice } from './lifecycle-event.ts'

/** How long and how often a portal that does not answer is asked again, milliseconds. */
const patience = 24 * 3_600_000
const pause = 10 * 60_000

/** How many people's access is tried. */
const witnesses = 3

/** Codes that say that the app is not there; the others of `PortalRemoved` say that it is not paid for. */
const removedCodes = new Set(['PORTAL_DELETED', 'invalid_client'])

/**
 * ONAPPUNINSTALL: anybody who has opened the app could send it, so the portal itself is asked. It refuses our access → the app
 * is gone; it still answers → the event was wrong and is ignored; it does not answer → asked again for a day.
 */
export function appUninstalled(parts: LifecycleParts): Job {
  return async (round, rows) => {
    for (const row of rows) {
      const notice = openNotice(parts.sealer, round.portal.memberId, row.body)
      const answer = await askPortal(round)
      if (answer === 'gone') return takeLeave(round, row, notice)
      if (answer === 'answers') await ignore(round, row)
      else await askLater(round, row, notice)
    }
  }
}

/**
 * Asks as those who were here last: one person's access may be dead for reasons of his own, that of several is not. Where no
 * access is live any more each was refused before, which says the same.
 */
async function askPortal(round: Round): Promise<'gone' | 'answers' | 'silent'> {
  const { memberId, status } = round.portal
  if (status === 'uninstalled') return 'gone'
  const live = (await listAccess(round.db, memberId)).filter((access) => access.live)
  const last = live.sort((one, other) => other.usedAt.getTime() - one.usedAt.getTime()).slice(0, witnesses)
  for (const { userId } of last) {
    const answer = await askAs(round, userId)
    if (answer !== 'refused') return answer
  }
  return 'gone'
}

async function askAs(round: Round, userId: number): Promise<'refused' | 'gone' | 'answers' | 'silent'> {
  try {
    const client = await round.clients.as(round.portal.memberId, userId, 'work')
    await client.call('app.info')
    return 'answers'
  } catch (error) {
    if (error instanceof AccessDead) return 'refused'
    if (error instanceof PortalRemoved) return removedCodes.has(error.code) ? 'gone' : 'silent'
    if (error instanceof PortalError) return error.retriable ? 'silent' : 'answers'
    throw error
  }
}

/** With `clean` every row of the portal goes, at once; else tokens go and the rest waits for a reinstallation. */
async function takeLeave(round: Round, row: WorkRow, { clean }: LifecycleNotice): Promise<void> {
  const { memberId } = round.portal
  const now = round.clock()
  round.log.info({ portal: memberId, clean }, 'The app was uninstalled')
  await round.commit(async (tx) => {
    if (clean) return erasePortal(tx, memberId)
    await markUninstalled(tx, memberId, now)
    await finishPortalWork(tx, memberId, row.id, 'uninstalled', now)
    await finishWork(tx, [row.id], 'uninstalled', now)
    await addAudit(tx, memberId, { userId: null, action: 'uninstalled', detail: {} }, now)
  })
}

async function ignore(round: Round, row: WorkRow): Promise<void> {
  const { memberId } = round.portal
  const now = round.clock()
  round.log.warn({ portal: memberId }, 'An uninstallation was announced, but the portal still answers: ignored')
  await round.commit(async (tx) => {
    await finishWork(tx, [row.id], 'still-installed', now)
    await addAudit(tx, memberId, { userId: null, action: 'uninstallation-ignored', detail: {} }, now)
  })
}

async function askLater(round: Round, row: WorkRow, { heardAt }: LifecycleNotice): Promise<void> {
  const now = round.clock()
  const isOver = now.getTime() - Date.parse(heardAt) > patience
  await round.commit((tx) =>
    isOver
      ? parkWork(tx, [row.id], 'portal-silent', now)
      : postponeWork(tx, [row.id], { dueAt: new Date(now.getTime() + pause), reason: 'portal-silent' }, now),
  )
}
