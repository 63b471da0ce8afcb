import type { Db } from './database.ts'
import type { SeenForm } from './remember-forms.ts'

/** Forms that were seen by their submissions. */
export async function listForms(db: Db, portal: string): Promise<SeenForm[]> {
  const rows = await db.selectFrom('form').select(['form_id', 'title']).where('portal', '=', portal).execute()
  return rows.map((row) => ({ id: row.form_id, title: row.title }))
}
