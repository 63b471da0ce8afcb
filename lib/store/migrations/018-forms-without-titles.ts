import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Titles of forms were subjects of submissions, which may hold a customer's telephone number: they go. */
export const formsWithoutTitles: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`update form set title = form_id`.execute(db)
  },
}
