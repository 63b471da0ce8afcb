import type { Db } from './database.ts'

/** How many triggers a portal has, enabled or not. */
export async function countTriggers(db: Db, portal: string): Promise<number> {
  const row = await db
    .selectFrom('trigger')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('portal', '=', portal)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}
