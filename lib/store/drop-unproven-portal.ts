import type { Db } from './database.ts'
import { erasePortal } from './erase-portal.ts'

/** Takes away a portal that could not be proven, with all that is kept of it; a proven one has an address and stays. */
export async function dropUnprovenPortal(db: Db, memberId: string): Promise<void> {
  const unproven = await db
    .selectFrom('portal')
    .select('member_id')
    .where('member_id', '=', memberId)
    .where('endpoint', '=', '')
    .executeTakeFirst()
  if (unproven) await erasePortal(db, memberId)
}
