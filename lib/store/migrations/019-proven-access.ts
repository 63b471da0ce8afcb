import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** When the portal last said who somebody is, which sessions are his, and what is known of the pair that he gave or lost. */
export const verifiedAccess: Migration = {
  async up(db: Kysely<unknown>) {
    const { schema } = db
    await schema.alterTable('access').addColumn('proven_at', 'text').execute()
    await schema.alterTable('access').addColumn('sid', 'text').execute()
    await schema
      .alterTable('access')
      .addColumn('renewed', 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
    await schema.alterTable('access').addColumn('lost_at', 'text').execute()
  },
}
