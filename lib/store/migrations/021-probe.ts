import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What was found out of a portal (JSON of `Probe`), and when it was last asked. */
export const probe: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('portal').addColumn('probe', 'text').execute()
    await db.schema.alterTable('portal').addColumn('probed_at', 'text').execute()
  },
}
