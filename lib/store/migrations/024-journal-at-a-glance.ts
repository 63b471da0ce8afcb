import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** With a long journal: what failed, and how often each trigger did what in the last days, without a look at the decisions themselves. */
export const journalAtAGlance: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.createIndex('decision_of_outcome').on('decision').columns(['portal', 'outcome', 'id']).execute()
    await db.schema
      .createIndex('decision_of_days')
      .on('decision')
      .columns(['portal', 'at', 'trigger_id', 'outcome'])
      .execute()
    // The wider one begins as it does.
    await db.schema.dropIndex('decision_by_time').execute()
  },
}
