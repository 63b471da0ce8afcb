import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Conversations of Open Channels as they were last seen, where their messages come from, and forms that were seen. */
export const conversations: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('conversation')
      .addColumn('portal', 'text', (c) => c.notNull())
      .addColumn('session_id', 'text', (c) => c.notNull())
      .addColumn('user_code', 'text', (c) => c.notNull())
      .addColumn('channel_id', 'text', (c) => c.notNull())
      .addColumn('activity_id', 'integer')
      .addColumn('status', 'integer')
      .addColumn('updated_at', 'text')
      .addColumn('accepted_at', 'text')
      .addColumn('last_message_id', 'text')
      .addPrimaryKeyConstraint('conversation_pk', ['portal', 'session_id'])
      .execute()
    await db.schema
      .createIndex('conversation_of_activity')
      .on('conversation')
      .columns(['portal', 'activity_id'])
      .execute()
    await db.schema
      .createTable('channel')
      .addColumn('portal', 'text', (c) => c.notNull())
      .addColumn('channel_id', 'text', (c) => c.notNull())
      .addColumn('source', 'text', (c) => c.notNull())
      .addColumn('heard_at', 'text')
      .addPrimaryKeyConstraint('channel_pk', ['portal', 'channel_id'])
      .execute()
    await db.schema
      .createTable('heard_message')
      .addColumn('portal', 'text', (c) => c.notNull())
      .addColumn('user_code', 'text', (c) => c.notNull())
      .addColumn('external_id', 'text', (c) => c.notNull())
      .addColumn('at', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('heard_message_pk', ['portal', 'user_code', 'external_id'])
      .execute()
    await db.schema
      .createTable('form')
      .addColumn('portal', 'text', (c) => c.notNull())
      .addColumn('form_id', 'text', (c) => c.notNull())
      .addColumn('title', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('form_pk', ['portal', 'form_id'])
      .execute()
  },
}
