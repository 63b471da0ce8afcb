import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns } from './columns.ts'

/** Conversations of Open Channels as they were last seen, where their messages come from, and forms that were seen. */
export const conversations: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('conversation')
      .$call(
        columns({
          portal: 'text',
          session_id: 'text',
          user_code: 'text',
          channel_id: 'text',
          activity_id: 'integer?',
          status: 'integer?',
          updated_at: 'text?',
          accepted_at: 'text?',
          last_message_id: 'text?',
        }),
      )
      .addPrimaryKeyConstraint('conversation_pk', ['portal', 'session_id'])
      .execute()
    await db.schema
      .createIndex('conversation_of_activity')
      .on('conversation')
      .columns(['portal', 'activity_id'])
      .execute()
    await db.schema
      .createTable('channel')
      .$call(columns({ portal: 'text', channel_id: 'text', source: 'text', heard_at: 'text?' }))
      .addPrimaryKeyConstraint('channel_pk', ['portal', 'channel_id'])
      .execute()
    await db.schema
      .createTable('heard_message')
      .$call(columns({ portal: 'text', user_code: 'text', external_id: 'text', at: 'text' }))
      .addPrimaryKeyConstraint('heard_message_pk', ['portal', 'user_code', 'external_id'])
      .execute()
    await db.schema
      .createTable('form')
      .$call(columns({ portal: 'text', form_id: 'text', title: 'text' }))
      .addPrimaryKeyConstraint('form_pk', ['portal', 'form_id'])
      .execute()
  },
}
