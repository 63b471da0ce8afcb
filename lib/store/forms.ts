import type { Db } from './database.ts'

/** A CRM form that was seen by its submissions; where nobody tells its name, the title is the id. */
export type SeenForm = { id: string; title: string }

/** Remembers forms, for portals that do not list them; the last title counts. */
export async function upsertForms(db: Db, portal: string, forms: readonly SeenForm[]): Promise<void> {
  if (forms.length === 0) return
  // PostgreSQL does not write the same row twice in one statement.
  const titles = new Map(forms.map(({ id, title }) => [id, title]))
  await db
    .insertInto('form')
    .values([...titles].map(([id, title]) => ({ portal, form_id: id, title })))
    .onConflict((c) => c.columns(['portal', 'form_id']).doUpdateSet((eb) => ({ title: eb.ref('excluded.title') })))
    .execute()
}

/** Forms that were seen by their submissions. */
export async function listForms(db: Db, portal: string): Promise<SeenForm[]> {
  const rows = await db.selectFrom('form').select(['form_id', 'title']).where('portal', '=', portal).execute()
  return rows.map((row) => ({ id: row.form_id, title: row.title }))
}
