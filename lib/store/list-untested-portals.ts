import type { Db } from './database.ts'
import { readSubscriptions } from './subscriptions.ts'

/** Portals installed in that time, from which no test event has come back since. */
export async function listUntestedPortals(db: Db, { from, to }: { from: Date; to: Date }): Promise<string[]> {
  const rows = await db
    .selectFrom('portal')
    .select(['member_id', 'subscriptions', 'installed_at'])
    .where('status', '=', 'installed')
    .where('installed_at', '>=', from.toISOString())
    .where('installed_at', '<=', to.toISOString())
    .execute()
  const isTested = (row: (typeof rows)[number]) => {
    const cameBackAt = readSubscriptions(row.subscriptions).test?.cameBackAt ?? ''
    return cameBackAt >= (row.installed_at ?? '')
  }
  return rows.flatMap((row) => (isTested(row) ? [] : [row.member_id]))
}
