import type { Db } from './database.ts'
import { findProbe } from './find-probe.ts'
import type { Finding, ProbeId } from './probe.ts'

/** Keeps what was found out now; what is not among it stays as it was. Run it under the portal's lease. */
export async function keepProbe(
  tx: Db,
  memberId: string,
  findings: Readonly<Partial<Record<ProbeId, Finding>>>,
  now: Date,
): Promise<void> {
  const at = now.toISOString()
  const dated = Object.entries(findings).map(([id, finding]) => [id, { ...finding, at }])
  const probe = JSON.stringify({ ...(await findProbe(tx, memberId)), ...Object.fromEntries(dated) })
  await tx.updateTable('portal').set({ probe, probed_at: at }).where('member_id', '=', memberId).execute()
}
