import type { Db } from './database.ts'

/** The trigger cannot work as it is set (its stage is gone): the board shows it until it is saved again. */
export async function markAttention(
  db: Db,
  portal: string,
  triggerId: string,
  attention: { reason: string; detail: string; since: string },
): Promise<void> {
  await db
    .updateTable('trigger')
    .set({ attention: JSON.stringify(attention) })
    .where('portal', '=', portal)
    .where('id', '=', Number(triggerId))
    .where('attention', 'is', null)
    .execute()
}
