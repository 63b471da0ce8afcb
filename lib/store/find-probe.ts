import type { Db } from './database.ts'
import { type Probe, readProbe } from './probe.ts'

/** What was found out of a portal. */
export async function findProbe(db: Db, memberId: string): Promise<Probe> {
  const row = await db.selectFrom('portal').select('probe').where('member_id', '=', memberId).executeTakeFirst()
  return readProbe(row?.probe ?? null)
}
