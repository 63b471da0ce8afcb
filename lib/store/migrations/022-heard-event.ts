import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns } from './columns.ts'

/** When a portal last sent which event: that it lists a subscription does not prove that it lives. */
export const receivedEvents: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('heard_event')
      .$call(columns({ portal: 'text', event: 'text', at: 'text' }))
      .addPrimaryKeyConstraint('heard_event_pk', ['portal', 'event'])
      .execute()
  },
}
