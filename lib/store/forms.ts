import { shortName } from '../domain/portal-texts.ts'
import type { Db } from './database.ts'

/** A CRM form that was seen by its submissions; where nobody tells its name, the title is the id. */
export type SeenForm = { id: string; title: string }

/** Forms of a portal that are kept: one of somebody's own may tell of any number. */
const MOST_FORMS = 1000

/** What the log tells of a portal that has reached them. */
export const TOO_MANY_FORMS = 'More forms than are kept: further ones are not remembered'

/** Bitrix24's own ids are far shorter. */
const LONGEST_ID = 64

/**
 * Remembers forms, for portals that do not list them; the last title counts. True: with these there are as many as are kept, and no further ones
 * will be.
 */
export async function upsertForms(db: Db, portal: string, forms: readonly SeenForm[]): Promise<boolean> {
  const fit = forms.filter(({ id }) => id.length <= LONGEST_ID)
  if (fit.length === 0) return false
  // PostgreSQL does not write the same row twice in one statement.
  const titles = new Map(fit.map(({ id, title }) => [id, shortName(title)]))
  const known = new Set((await listForms(db, portal)).map(({ id }) => id))
  const news = [...titles.keys()].filter((id) => !known.has(id))
  const room = Math.max(0, MOST_FORMS - known.size)
  for (const id of news.slice(room)) titles.delete(id)
  if (titles.size === 0) return false
  await db
    .insertInto('form')
    .values([...titles].map(([id, title]) => ({ portal, form_id: id, title })))
    .onConflict((c) => c.columns(['portal', 'form_id']).doUpdateSet((eb) => ({ title: eb.ref('excluded.title') })))
    .execute()
  return room > 0 && news.length >= room
}

/** Forms that were seen by their submissions. */
export async function listForms(db: Db, portal: string): Promise<SeenForm[]> {
  const rows = await db.selectFrom('form').select(['form_id', 'title']).where('portal', '=', portal).execute()
  return rows.map((row) => ({ id: row.form_id, title: row.title }))
}
