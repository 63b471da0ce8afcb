import type { Db } from './database.ts'
import { findProbe } from './find-probe.ts'
import type { Finding, ProbeId } from './probe.ts'

/** Keeps what was found out now; what is not among it stays as it was. In a transaction: its first statement keeps others off the row. */
export async function keepProbe(
  tx: Db,
  memberId: string,
  findings: Readonly<Partial<Record<ProbeId, Finding>>>,
  now: Date,
): Promise<void> {
  const at = now.toISOString()
  const row = tx.updateTable('portal').where('member_id', '=', memberId)
  await row.set({ probed_at: at }).execute()
  const dated = Object.entries(findings).map(([id, finding]) => [id, { ...finding, at }])
  const probe = JSON.stringify({ ...(await findProbe(tx, memberId)), ...Object.fromEntries(dated) })
  await row.set({ probe }).execute()
}
