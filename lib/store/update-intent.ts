import type { Db } from './database.ts'
import type { Actor } from './decision.ts'

/** An open move will be tried again: by whom, and after how many calls that came to nothing. */
export async function updateIntent(
  db: Db,
  id: number,
  { actor, unknownCalls }: { actor: Actor; unknownCalls: number },
): Promise<void> {
  await db
    .updateTable('intent')
    .set({ user_id: actor.userId, on_behalf_of: actor.onBehalfOf ?? null, unknown_calls: unknownCalls })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .execute()
}
