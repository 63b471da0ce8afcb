import type { Db } from './database.ts'

/** Keeps that a tracked link, known by the name that `linkId` gives it, was made now; it may have been made before. */
export async function upsertMadeLink(db: Db, portal: string, link: string, now: Date): Promise<void> {
  const made_at = now.toISOString()
  await db
    .insertInto('made_link')
    .values({ portal, link, made_at })
    .onConflict((c) => c.columns(['portal', 'link']).doUpdateSet({ made_at }))
    .execute()
}

/** When each of these tracked links was made last, ISO 8601 UTC; what was made over a day ago is not there. */
export async function findMadeLinks(db: Db, portal: string, links: readonly string[]): Promise<Map<string, string>> {
  if (links.length === 0) return new Map()
  const rows = await db
    .selectFrom('made_link')
    .select(['link', 'made_at'])
    .where('portal', '=', portal)
    .where('link', 'in', [...new Set(links)])
    .execute()
  return new Map(rows.map(({ link, made_at }) => [link, made_at]))
}
