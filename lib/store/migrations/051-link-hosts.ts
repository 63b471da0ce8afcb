import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns } from './columns.ts'

/** Where tracked links were made to lead, by host: who has to stop some must see what there is. */
export const linkHosts: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('link_host')
      .$call(columns({ portal: 'text', host: 'text', made: 'integer', last_at: 'text' }))
      .addPrimaryKeyConstraint('link_host_pk', ['portal', 'host'])
      .execute()
  },
}
