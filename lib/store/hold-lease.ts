import type { Db } from './database.ts'

/** The right to write for one portal until it ends or is lost; every lease has a higher number than the one before. */
export type Lease = { portal: string; owner: string; number: number }

/** Takes the portal's lease if nobody else holds it: one conditional update, the same on both engines. */
export async function holdLease(
  db: Db,
  { portal, owner, now, until }: { portal: string; owner: string; now: Date; until: Date },
): Promise<Lease | null> {
  const row = await db
    .updateTable('portal')
    .set((eb) => ({
      lease_owner: owner,
      lease_until: until.toISOString(),
      lease_number: eb('lease_number', '+', 1),
    }))
    .where('member_id', '=', portal)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now.toISOString())]))
    .returning('lease_number')
    .executeTakeFirst()
  return row ? { portal, owner, number: row.lease_number } : null
}
