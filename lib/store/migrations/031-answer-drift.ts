import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns } from './columns.ts'

/** Answers of portals that do not look as we know them: counted, so that an operator can report it. */
export const answerDrift: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('answer_drift')
      .$call(columns({ portal: 'text', method: 'text', shape: 'text', count: 'integer', last_at: 'text' }))
      .addPrimaryKeyConstraint('answer_drift_pk', ['portal', 'method', 'shape'])
      .execute()
  },
}
