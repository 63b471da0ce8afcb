import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What is too old is found without looking at the rest. */
export const byTime: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.createIndex('decision_by_time').on('decision').columns(['portal', 'at']).execute()
    await db.schema.createIndex('occurrence_by_time').on('occurrence').columns(['portal', 'heard_at']).execute()
  },
}
