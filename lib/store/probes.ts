import { type Finding, type Probe, type ProbeId, readProbe } from '../domain/probe.ts'
import type { Db } from './database.ts'

/** What was found out of a portal. */
export async function findProbe(db: Db, memberId: string): Promise<Probe> {
  const row = await db.selectFrom('portal').select('probe').where('member_id', '=', memberId).executeTakeFirst()
  return readProbe(row?.probe ?? null)
}

/** Keeps what was found out now; what is not among it stays as it was. In a transaction: its first statement keeps others off the row. */
export async function updateProbe(
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

/** Installed portals of which nothing was found out since then. */
export async function listPortalsToProbe(db: Db, since: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('portal')
    .select('member_id')
    .where('status', '=', 'installed')
    .where((eb) => eb.or([eb('probed_at', 'is', null), eb('probed_at', '<', since.toISOString())]))
    .execute()
  return rows.map((row) => row.member_id)
}
