import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * Occurrences that still say what happened; the hourly round does not walk the others again. Those that earlier versions emptied keep keys with
 * customers' addresses, so they are looked at once more. `occurrence_full` is of use no more.
 */
export const namedOccurrences: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('occurrence_named')
      .on('occurrence')
      .columns(['portal', 'heard_at'])
      .where(sql<boolean>`facts <> 'null'`)
      .execute()
    await db.schema.dropIndex('occurrence_full').execute()
  },
}
