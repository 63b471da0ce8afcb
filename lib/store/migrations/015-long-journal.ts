import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** With a long journal: the moves of an item, asked for with every event, and what the hourly round looks for. */
export const longJournal: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.createIndex('intent_of_item').on('intent').columns(['portal', 'item_id', 'begun_at']).execute()
    await db.schema.createIndex('intent_by_time').on('intent').columns(['portal', 'begun_at']).execute()
    // Most occurrences ruled nothing out, or were emptied of it.
    await db.schema
      .createIndex('occurrence_filtered')
      .on('occurrence')
      .columns(['portal', 'heard_at'])
      .where(sql<boolean>`filtered <> '[]'`)
      .execute()
  },
}
