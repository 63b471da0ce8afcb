import type { Db } from './database.ts'

/** How many notices of a portal are due, counted up to `most`. */
export async function countDueNotices(db: Db, portal: string, most: number): Promise<number> {
  const due = db
    .selectFrom('work')
    .select('id')
    .where('portal', '=', portal)
    .where('state', '=', 'due')
    .where('kind', '=', 'notice')
    .limit(most)
    .as('due')
  const { count } = await db
    .selectFrom(due)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}
