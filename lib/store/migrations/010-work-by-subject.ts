import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Work is looked up by what it is about: by sweeps and by moves that are settled. */
export const jobsByKey: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.createIndex('work_by_subject').on('work').columns(['portal', 'kind', 'subject']).execute()
  },
}
