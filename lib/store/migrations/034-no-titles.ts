import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Titles of items are customers' names: they stay in the portal. The columns stay, for the version before. */
export const noTitles: Migration = {
  async up(db: Kysely<unknown>) {
    for (const table of ['decision', 'intent']) {
      await sql`update ${sql.table(table)} set item_title = null where item_title is not null`.execute(db)
    }
  },
}
