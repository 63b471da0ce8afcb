import { z } from 'zod'
import type { PortalClients } from '../../bitrix24/client/portal-clients.ts'
import { probePortal } from '../../bitrix24/probe/index.ts'
import type { Portal } from '../../domain/portal.ts'
import type { Finding, ProbeId } from '../../domain/probe.ts'
import type { JobHandler } from '../../engine/context.ts'
import { findLastAudit } from '../../store/audit.ts'
import type { Db } from '../../store/database.ts'
import { completeJobs, type NewJob } from '../../store/jobs.ts'
import { updateProbe } from '../../store/probes.ts'

export const PROBE = 'probe' as const

export function newProbeJob(portal: string, now: Date): NewJob {
  return { portal, type: PROBE, dedupKey: 'round', dueAt: now }
}

/** Job `probe`: finds out what this portal does; after the installation, weekly, and after a new version of the app. */
export const probeJob: JobHandler = async (context, rows) => {
  const findings = await findOut(context, context.portal)
  await context.commit(async (tx) => {
    const now = context.clock()
    await updateProbe(tx, context.portal.memberId, findings, now)
    await completeJobs(tx, rows, 'probed', now)
  })
}

/** Asks the portal as its reader. Throws `PortalError` when it cannot be asked now. */
export async function findOut(
  { db, clients }: { db: Db; clients: Pick<PortalClients, 'asReader'> },
  portal: Portal,
): Promise<Partial<Record<ProbeId, Finding>>> {
  const client = await clients.asReader(portal.memberId, 'work')
  const findings = await probePortal(client, portal.scope)
  return { ...findings, delegation: await delegationOf(db, portal) }
}

const detailSchema = z.object({ outcome: z.string() })

/** Asking for somebody's access just to see whether it comes would be asking for too much: the last one that was needed tells. */
async function delegationOf(db: Db, { memberId, settings }: Portal): Promise<Finding> {
  if (!settings.delegate) return { answer: 'not-chosen' }
  const last = await findLastAudit(db, memberId, 'access-delegation')
  const outcome = detailSchema.safeParse(last && JSON.parse(last.detail)).data?.outcome
  if (outcome === undefined) return { answer: 'unknown' }
  return outcome === 'delegated' ? { answer: 'yes' } : { answer: 'no', detail: outcome }
}
