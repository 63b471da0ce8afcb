import type { Db } from './database.ts'
import type { Actor } from './decision.ts'

/** An open move will be tried again: by whom, after how many calls of unknown outcome, begun when. */
export async function updateIntent(
  db: Db,
  id: number,
  { actor, unknownCalls, begunAt }: { actor: Actor; unknownCalls: number; begunAt: string },
): Promise<void> {
  await db
    .updateTable('intent')
    .set({
      user_id: actor.userId,
      on_behalf_of: actor.onBehalfOf ?? null,
      unknown_calls: unknownCalls,
      begun_at: begunAt,
    })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .execute()
}
