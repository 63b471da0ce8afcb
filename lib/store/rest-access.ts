import type { Access } from './access.ts'
import type { Db } from './database.ts'

/** The first rest and the longest one, milliseconds; each further refusal doubles it. */
const first = 60_000
const longest = 6 * 3_600_000

/** The portal refuses an access that is alive: it rests, unless another pair has taken its place meanwhile. */
export async function restAccess(db: Db, { portal, userId, issuedAt, refusals }: Access, now: Date): Promise<void> {
  const until = new Date(now.getTime() + Math.min(longest, first * 2 ** refusals))
  await db
    .updateTable('access')
    .set({ refused_until: until.toISOString(), refusals: refusals + 1 })
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .where('issued_at', '=', issuedAt.toISOString())
    .execute()
}
