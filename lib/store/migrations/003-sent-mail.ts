import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** E-mails whose view or click may still come (`triggers.md`, E-mail). */
export const sentMail: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('sent_mail')
      .addColumn('portal', 'text', (c) => c.notNull())
      .addColumn('activity_id', 'integer', (c) => c.notNull())
      .addColumn('sent_at', 'text', (c) => c.notNull())
      .addColumn('viewed', 'integer', (c) => c.notNull())
      .addColumn('clicked', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('sent_mail_pk', ['portal', 'activity_id'])
      .execute()
    await db.schema.createIndex('sent_mail_by_time').on('sent_mail').columns(['portal', 'sent_at']).execute()
  },
}
