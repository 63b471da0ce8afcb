import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What a row waits for stands by itself, beside the reason that people read; until now the reason was both. */
export const waitsFor: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('work').addColumn('waits_for', 'text').execute()
    await sql`update work set waits_for = reason
      where state = 'due' and reason in ('item-busy', 'NO_READER', 'waits-for-more')`.execute(db)
  },
}
