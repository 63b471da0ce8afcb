import type { Db } from './database.ts'

/** How many portals wait that only an event speaks of: `add-unproven-portal.ts`. */
export async function countUnprovenPortals(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('portal')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('endpoint', '=', '')
    .executeTakeFirstOrThrow()
  return Number(count)
}
