import type { Db } from './database.ts'

/** Takes away the row of a portal that could not be proven; a proven one has an address and stays. */
export async function dropUnprovenPortal(db: Db, memberId: string): Promise<void> {
  await db.deleteFrom('portal').where('member_id', '=', memberId).where('endpoint', '=', '').execute()
}
