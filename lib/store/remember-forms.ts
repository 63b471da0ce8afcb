import type { Db } from './database.ts'

/** A CRM form that was seen by its submissions. */
export type SeenForm = { id: string; title: string }

/** Remembers forms, for portals that do not list them; the last title counts. */
export async function rememberForms(db: Db, portal: string, forms: readonly SeenForm[]): Promise<void> {
  if (forms.length === 0) return
  await db
    .insertInto('form')
    .values(forms.map(({ id, title }) => ({ portal, form_id: id, title })))
    .onConflict((c) => c.columns(['portal', 'form_id']).doUpdateSet((eb) => ({ title: eb.ref('excluded.title') })))
    .execute()
}
