import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns } from './columns.ts'

/** E-mails whose view or click may still come (`triggers.md`, E-mail). */
export const sentMail: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('sent_mail')
      .$call(
        columns({
          portal: 'text',
          activity_id: 'integer',
          sent_at: 'text',
          viewed: 'integer',
          clicked: 'integer',
        }),
      )
      .addPrimaryKeyConstraint('sent_mail_pk', ['portal', 'activity_id'])
      .execute()
    await db.schema.createIndex('sent_mail_by_time').on('sent_mail').columns(['portal', 'sent_at']).execute()
  },
}
