import type { Db } from './database.ts'
import { findReader } from './find-reader.ts'

/** Users of the portal whose access is alive, and who stands in where one is missing (`design.md` 4.3). */
export type Actors = { live: Set<number>; standIn: number | null }

export async function listActors(db: Db, portal: string): Promise<Actors> {
  const rows = await db
    .selectFrom('access')
    .select('user_id')
    .where('portal', '=', portal)
    .where('state', '=', 'live')
    .execute()
  return { live: new Set(rows.map((row) => row.user_id)), standIn: await findReader(db, portal) }
}
