import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Occurrences outlive the journal, emptied: the hourly round does not walk them again. `occurrence_by_time` was `occurrence_heard` twice. */
export const fullOccurrences: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('occurrence_full')
      .on('occurrence')
      .columns(['portal', 'heard_at'])
      .where(sql<boolean>`facts <> '{}'`)
      .execute()
    await db.schema.dropIndex('occurrence_by_time').execute()
  },
}
