import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** A conversation whose history was refused although others of its channel may be read: one alone proves nothing of the channel. */
export const deniedSession: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('channel').addColumn('denied_session', 'text').execute()
  },
}
