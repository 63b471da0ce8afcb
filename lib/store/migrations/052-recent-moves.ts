import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The moves of an item of late, asked for with every event: the index alone tells which of them these are, however often the item was moved before. */
export const recentMoves: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('intent_recent')
      .on('intent')
      .columns(['portal', 'item_id', 'begun_at', 'state'])
      .execute()
    // The same columns but for the last.
    await db.schema.dropIndex('intent_of_item').execute()
  },
}
