import type { Db } from './database.ts'

/** In whose name something moved or should have moved since then, and when last (ISO 8601 UTC). */
export async function listWantedUsers(db: Db, portal: string, since: Date): Promise<Map<number, string>> {
  const rows = await db
    .selectFrom('decision')
    .select((eb) => [eb.fn.coalesce('on_behalf_of', 'move_user_id').as('user_id'), eb.fn.max('at').as('last_at')])
    .where('portal', '=', portal)
    .where('at', '>=', since.toISOString())
    .where('move_user_id', 'is not', null)
    .groupBy((eb) => eb.fn.coalesce('on_behalf_of', 'move_user_id'))
    .execute()
  return new Map(rows.flatMap(({ user_id, last_at }) => (user_id === null ? [] : [[user_id, last_at]])))
}
