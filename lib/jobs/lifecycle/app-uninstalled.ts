import type { Job, Round } from '../../queue/job.ts'
import { addAudit, findLatestAudit } from '../../store/audit.ts'
import { finishClaim } from '../../store/claims.ts'
import { markUninstalled, setErasure } from '../../store/erasure.ts'
import { finishPortalWork, finishWork, parkWork, postponeWork, type WorkRow } from '../../store/jobs.ts'
import { askWitnesses, type Testimony } from '../access/ask-probed-users.ts'
import type { LifecycleParts } from './app-installed.ts'
import { type LifecycleNotice, openNotice, paceOf } from './lifecycle-event.ts'

/** How long and how often a portal that does not answer is asked again, milliseconds. */
const patience = 24 * 3_600_000
const pause = 10 * 60_000

const ignored = 'uninstallation-ignored'

/** How often the audit tells of it at most, milliseconds. */
const toldEvery = 3_600_000

export type UninstallationParts = LifecycleParts & {
  /** How long after an uninstallation with its data the portal's rows go. */
  config: { eraseDelaySeconds: number }
}

/**
 * ONAPPUNINSTALL: anybody who has opened the app could send it, so those whose access we hold are witnesses. One of them is an
 * administrator who is refused for good, and nobody answers → the app is gone; somebody answers → the event was wrong and is ignored;
 * else all are asked again for a day. With nobody to ask the app then counts as gone, but nothing is erased.
 */
export function appUninstalled(parts: UninstallationParts): Job {
  return async (round, rows) => {
    for (const row of rows) {
      const notice = openNotice(parts.sealer, round.portal.memberId, row.body, round.clock())
      const answer = await ask(parts, round, notice)
      if (answer === 'answers') await ignore(round, row)
      else if (answer !== 'gone') await askLater(round, row, notice, answer)
      else if (notice.clean) await announceErasure(parts, round, row)
      else return leave(round, row, 'uninstalled')
    }
  }
}

async function ask({ sealer }: UninstallationParts, round: Round, { heardAt }: LifecycleNotice): Promise<Testimony> {
  if (round.portal.status === 'uninstalled') return 'gone'
  return askWitnesses(round, { sealer, heardAt: new Date(heardAt) })
}

/** Tokens go, and the rest waits for a reinstallation. */
async function leave(round: Round, row: WorkRow, reason: 'uninstalled' | 'uninstalled-unseen'): Promise<void> {
  const { memberId } = round.portal
  const now = round.clock()
  round.log.info({ portal: memberId, reason }, 'The app was uninstalled')
  await round.commit(async (tx) => {
    await markUninstalled(tx, memberId, now)
    await finishPortalWork(tx, memberId, row.id, reason, now)
    await finishWork(tx, [row.id], reason, now)
    await addAudit(tx, memberId, { userId: null, action: 'uninstalled', detail: {} }, now)
  })
}

/** Nothing is lost yet: who opens the app until then shows that it is there, and everything stays as it was. */
async function announceErasure({ config }: UninstallationParts, round: Round, row: WorkRow): Promise<void> {
  const { memberId } = round.portal
  const now = round.clock()
  const at = new Date(now.getTime() + config.eraseDelaySeconds * 1000)
  round.log.warn(
    { portal: memberId, eraseAt: at.toISOString() },
    'The app was uninstalled with its data: all of it is erased at that time, unless somebody opens the app before',
  )
  await round.commit(async (tx) => {
    await setErasure(tx, memberId, at)
    await finishWork(tx, [row.id], 'erasure-announced', now)
    await addAudit(tx, memberId, { userId: null, action: 'erasure-announced', detail: { at: at.toISOString() } }, now)
  })
}

async function ignore(round: Round, row: WorkRow): Promise<void> {
  const { memberId } = round.portal
  const now = round.clock()
  round.log.warn({ portal: memberId }, 'An uninstallation was announced, but the portal still answers: ignored')
  await round.commit(async (tx) => {
    await finishClaim(tx, row, { reason: 'still-installed', pace: paceOf(row.subject) }, now)
    // Whoever sends such events on and on must not fill the audit.
    const since = new Date(now.getTime() - toldEvery)
    if ((await findLatestAudit(tx, memberId, ignored, since)) !== null) return
    await addAudit(tx, memberId, { userId: null, action: ignored, detail: {} }, now)
  })
}

async function askLater(
  round: Round,
  row: WorkRow,
  { heardAt }: LifecycleNotice,
  answer: 'silent' | 'no-witness',
): Promise<void> {
  const now = round.clock()
  const isOver = now.getTime() - Date.parse(heardAt) > patience
  if (isOver && answer === 'no-witness') return leave(round, row, 'uninstalled-unseen')
  const reason = answer === 'silent' ? 'portal-silent' : answer
  await round.commit((tx) =>
    isOver
      ? parkWork(tx, [row.id], reason, now)
      : postponeWork(tx, [row.id], { dueAt: new Date(now.getTime() + pause), reason }, now),
  )
}
