import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns } from './columns.ts'

/** When a tracked link was made last: a click sooner than a person makes one is a machine's. */
export const madeLink: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('made_link')
      .$call(columns({ portal: 'text', link: 'text', made_at: 'text' }))
      .addPrimaryKeyConstraint('made_link_pk', ['portal', 'link'])
      .execute()
  },
}
