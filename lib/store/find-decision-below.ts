import type { Db } from './database.ts'

/** The id of the decision that many places below another one (absent: below the newest) in the portal's journal; null: there are not so many. */
export async function findDecisionBelow(
  db: Db,
  portal: string,
  before: number | undefined,
  places: number,
): Promise<number | null> {
  const all = db.selectFrom('decision').select('id').where('portal', '=', portal)
  const older = before === undefined ? all : all.where('id', '<', before)
  const row = await older
    .orderBy('id', 'desc')
    .offset(places - 1)
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? null
}
