import type { Db } from './database.ts'

/** Clicks on links of one item (`2:31`) that are held: their rows of work, whose subjects begin with the item. */
export function listHeldClicks(
  db: Db,
  portal: string,
  kind: string,
  item: string,
): Promise<{ id: number; body: string }[]> {
  return db
    .selectFrom('work')
    .select(['id', 'body'])
    .where('portal', '=', portal)
    .where('kind', '=', kind)
    .where('state', '=', 'due')
    .where('subject', 'like', `${item}#%`)
    .orderBy('id')
    .execute()
}
