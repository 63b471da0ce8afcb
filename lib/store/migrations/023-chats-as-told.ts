import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Who wrote first in a conversation, how many messages it should have, and whether a channel's histories may be read. */
export const chatsAsSeen: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('conversation').addColumn('begun_by', 'text').execute()
    await db.schema.alterTable('conversation').addColumn('proof', 'text').execute()
    await db.schema.alterTable('channel').addColumn('history', 'text').execute()
  },
}
