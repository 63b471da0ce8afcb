import type { KindCode } from '../triggers/kind.ts'
import type { Db } from './database.ts'

/** Installed portals with an enabled trigger of one of the kinds. */
export async function listPortalsWithTriggers(db: Db, kinds: readonly KindCode[]): Promise<string[]> {
  const rows = await db
    .selectFrom('trigger')
    .innerJoin('portal', 'portal.member_id', 'trigger.portal')
    .select('trigger.portal')
    .distinct()
    .where('portal.status', '=', 'installed')
    .where('trigger.enabled', '=', 1)
    .where('trigger.kind', 'in', [...kinds])
    .execute()
  return rows.map(({ portal }) => portal)
}
