import type { Db } from './database.ts'

/** How many tracked links were made to lead to a host, and when the last one (ISO 8601 UTC). */
export type LinkHost = Readonly<{ host: string; made: number; lastAt: string }>

/** Counts a link that is given out now. */
export async function countLinkTo(db: Db, portal: string, host: string, now: Date): Promise<void> {
  const last_at = now.toISOString()
  await db
    .insertInto('link_host')
    .values({ portal, host, made: 1, last_at })
    .onConflict((conflict) =>
      conflict.columns(['portal', 'host']).doUpdateSet((eb) => ({ made: eb('link_host.made', '+', 1), last_at })),
    )
    .execute()
}

/** Hosts that links of the portal lead to, the one that a link was made for last in front. */
export async function listLinkHosts(db: Db, portal: string, limit: number): Promise<LinkHost[]> {
  const rows = await db
    .selectFrom('link_host')
    .selectAll()
    .where('portal', '=', portal)
    .orderBy('last_at', 'desc')
    .orderBy('host')
    .limit(limit)
    .execute()
  return rows.map(({ host, made, last_at }) => ({ host, made, lastAt: last_at }))
}
