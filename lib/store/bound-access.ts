import type { Db } from './database.ts'
import { partsOf } from './parts-of.ts'
import { seenPairsOf } from './seen-refresh-tokens.ts'

/** People of a portal whose access is kept: a portal of somebody's own may name any number. Beyond the most the rest is left. */
const PEOPLE = { most: 10_000, left: 9_000 }

/** Rows of one statement. */
const AT_ONCE = 500

/**
 * Where a portal has named more people than are kept, those go whose access was used longest ago, with what is known of their pages. Returns how
 * many went.
 */
export async function boundAccess(db: Db, portal: string): Promise<number> {
  const ofPortal = db.selectFrom('access').where('portal', '=', portal)
  const usedAt = (place: number) =>
    ofPortal.select('used_at').orderBy('used_at', 'desc').offset(place).limit(1).executeTakeFirst()
  let gone = 0
  if ((await usedAt(PEOPLE.most)) !== undefined) {
    const last = await usedAt(PEOPLE.left)
    const { numDeletedRows } = await db
      .deleteFrom('access')
      .where('portal', '=', portal)
      .where('used_at', '<=', last?.used_at ?? '')
      .executeTakeFirst()
    gone = Number(numDeletedRows)
  }
  await boundSeenPairs(db, portal)
  return gone
}

/** Pages of people who withdrew are known still, unless there are too many. */
async function boundSeenPairs(db: Db, portal: string): Promise<void> {
  const seen = db
    .selectFrom('cursor')
    .where('portal', '=', portal)
    .where('name', 'like', `${seenPairsOf('')}%`)
  if ((await seen.select('name').offset(PEOPLE.most).limit(1).executeTakeFirst()) === undefined) return
  const live = await db.selectFrom('access').select('user_id').where('portal', '=', portal).execute()
  const kept = new Set(live.map(({ user_id }) => seenPairsOf(user_id)))
  const names = (await seen.select('name').execute()).map(({ name }) => name).filter((name) => !kept.has(name))
  for (const some of partsOf(names, AT_ONCE))
    await db.deleteFrom('cursor').where('portal', '=', portal).where('name', 'in', some).execute()
}
