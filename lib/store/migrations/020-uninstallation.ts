import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns } from './columns.ts'

/** When a portal that left is erased, and what stays of those that were: nothing but that they are gone, since when and why. */
export const uninstallation: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('portal').addColumn('erase_at', 'text').execute()
    await db.schema
      .createTable('tombstone')
      .$call(columns({ member_id: 'text', erased_at: 'text', reason: 'text', detail: 'text' }))
      .addPrimaryKeyConstraint('tombstone_pk', ['member_id', 'erased_at'])
      .execute()
  },
}
