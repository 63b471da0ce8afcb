import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What came of the last check of a portal's subscriptions, for the status page. */
export const subscriptions: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('portal').addColumn('subscriptions', 'text').execute()
  },
}
