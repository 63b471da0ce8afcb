import type { Db } from './database.ts'
import type { Ref } from './occurrence.ts'

/** Stagecue itself moved the item: where its stage is watched, the new one is no change to be found. `hash` is the new stage's. */
export async function noteOwnMove(db: Db, portal: string, item: Ref, hash: string): Promise<void> {
  await db
    .updateTable('item_field')
    .set({ hash })
    .where('portal', '=', portal)
    .where('entity_type_id', '=', item.entityTypeId)
    .where('item_id', '=', item.id)
    .where('field', '=', 'stageId')
    .execute()
}
