import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** An access that its portal refuses although the OAuth server renews it is alive: it rests, longer each time. */
export const refusedAccess: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('access').addColumn('refused_until', 'text').execute()
    await db.schema
      .alterTable('access')
      .addColumn('refusals', 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
  },
}
