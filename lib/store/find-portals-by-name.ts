import type { Db } from './database.ts'
import { type Portal, portalFromRow } from './portal.ts'

/** The portals that an operator may mean by a domain, with or without its port, or by a member id. */
export async function findPortalsByName(db: Db, name: string): Promise<Portal[]> {
  const rows = await db
    .selectFrom('portal')
    .selectAll()
    .where((eb) =>
      eb.or([eb('member_id', '=', name), eb('domain', '=', name.toLowerCase()), eb('domain', 'like', `${name}:%`)]),
    )
    .execute()
  return rows.map(portalFromRow)
}
