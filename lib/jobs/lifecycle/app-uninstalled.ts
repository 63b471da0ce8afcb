import type { JobContext, JobHandler } from '../../engine/context.ts'
import { addAudit, findLatestAudit } from '../../store/audit.ts'
import { markUninstalled, setErasure } from '../../store/erasure.ts'
import { completeJobs, completeJobsOfPortal, deadLetter, type JobRow, snoozeJobs } from '../../store/jobs.ts'
import { completeUnverified } from '../../store/unverified-jobs.ts'
import { askProbedUsers, type Testimony } from '../access/ask-probed-users.ts'
import type { LifecycleParts } from './app-installed.ts'
import { type LifecyclePayload, openPayload, paceOf } from './lifecycle-event.ts'

/** How long and how often a portal that does not answer is asked again, milliseconds. */
const maxWaitMs = 24 * 3_600_000
const retryAfterMs = 10 * 60_000

const ignored = 'uninstallation-ignored'

/** How often the audit tells of it at most, milliseconds. */
const logEveryMs = 3_600_000

export type UninstallationParts = LifecycleParts & {
  /** How long after an uninstallation with its data the portal's rows go. */
  config: { eraseDelaySeconds: number }
}

/**
 * ONAPPUNINSTALL: anybody who has opened the app could send it, so those whose access we hold are witnesses. One of them is an
 * administrator who is refused for good, and nobody answers → the app is gone; somebody answers → the event was wrong and is ignored;
 * else all are asked again for a day. With nobody to ask the app then counts as gone, but nothing is erased.
 */
export function appUninstalled(parts: UninstallationParts): JobHandler {
  return async (context, rows) => {
    for (const row of rows) {
      const payload = openPayload(parts.sealer, context.portal.memberId, row.body, context.clock())
      const answer = await ask(parts, context, payload)
      if (answer === 'answers') await ignore(context, row)
      else if (answer !== 'gone') await askLater(context, row, payload, answer)
      else if (payload.clean) await announceErasure(parts, context, row)
      else return leave(context, row, 'uninstalled')
    }
  }
}

async function ask(
  { sealer }: UninstallationParts,
  context: JobContext,
  { heardAt }: LifecyclePayload,
): Promise<Testimony> {
  if (context.portal.status === 'uninstalled') return 'gone'
  return askProbedUsers(context, { sealer, heardAt: new Date(heardAt) })
}

/** Tokens go, and the rest waits for a reinstallation. */
async function leave(context: JobContext, row: JobRow, reason: 'uninstalled' | 'uninstalled-unseen'): Promise<void> {
  const { memberId } = context.portal
  const now = context.clock()
  context.log.info({ portal: memberId, reason }, 'The app was uninstalled')
  await context.commit(async (tx) => {
    await markUninstalled(tx, memberId, now)
    await completeJobsOfPortal(tx, memberId, row.id, reason, now)
    await completeJobs(tx, [row], reason, now)
    await addAudit(tx, memberId, { userId: null, action: 'uninstalled', detail: {} }, now)
  })
}

/** Nothing is lost yet: who opens the app until then shows that it is there, and everything stays as it was. */
async function announceErasure({ config }: UninstallationParts, context: JobContext, row: JobRow): Promise<void> {
  const { memberId } = context.portal
  const now = context.clock()
  const at = new Date(now.getTime() + config.eraseDelaySeconds * 1000)
  context.log.warn(
    { portal: memberId, eraseAt: at.toISOString() },
    'The app was uninstalled with its data: all of it is erased at that time, unless somebody opens the app before',
  )
  await context.commit(async (tx) => {
    await setErasure(tx, memberId, at)
    await completeJobs(tx, [row], 'erasure-announced', now)
    await addAudit(tx, memberId, { userId: null, action: 'erasure-announced', detail: { at: at.toISOString() } }, now)
  })
}

async function ignore(context: JobContext, row: JobRow): Promise<void> {
  const { memberId } = context.portal
  const now = context.clock()
  context.log.warn({ portal: memberId }, 'An uninstallation was announced, but the portal still answers: ignored')
  await context.commit(async (tx) => {
    await completeUnverified(tx, row, { reason: 'still-installed', pace: paceOf(row.dedupKey) }, now)
    // Whoever sends such events on and on must not fill the audit.
    const since = new Date(now.getTime() - logEveryMs)
    if ((await findLatestAudit(tx, memberId, ignored, since)) !== null) return
    await addAudit(tx, memberId, { userId: null, action: ignored, detail: {} }, now)
  })
}

async function askLater(
  context: JobContext,
  row: JobRow,
  { heardAt }: LifecyclePayload,
  answer: 'silent' | 'no-witness',
): Promise<void> {
  const now = context.clock()
  const isOver = now.getTime() - Date.parse(heardAt) > maxWaitMs
  if (isOver && answer === 'no-witness') return leave(context, row, 'uninstalled-unseen')
  const reason = answer === 'silent' ? 'portal-silent' : answer
  await context.commit((tx) =>
    isOver
      ? deadLetter(tx, [row], reason, now)
      : snoozeJobs(tx, [row], { dueAt: new Date(now.getTime() + retryAfterMs), reason }, now),
  )
}
