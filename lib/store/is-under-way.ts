import type { Db } from './database.ts'
import { findAwaited } from './find-awaited.ts'
import type { Ref } from './occurrence.ts'

/** Is an occurrence about to move this item: is the portal being asked, or an access waited for? */
export async function isUnderWay(db: Db, portal: string, occurrenceKey: string, item: Ref): Promise<boolean> {
  const open = await db
    .selectFrom('intent')
    .select('id')
    .where('portal', '=', portal)
    .where('occurrence_key', '=', occurrenceKey)
    .where('entity_type_id', '=', item.entityTypeId)
    .where('item_id', '=', item.id)
    .where('state', '=', 'open')
    .executeTakeFirst()
  if (open) return true
  const awaited = await findAwaited(db, portal, [occurrenceKey])
  return awaited.some((one) => one.item.entityTypeId === item.entityTypeId && one.item.id === item.id)
}
