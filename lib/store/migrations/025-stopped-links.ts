import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Engine } from '../engine.ts'
import { columns } from './columns.ts'

/** Tracked links that lead nowhere any more. They outlive their portal, as the links do. */
export function stoppedLinks(engine: Engine): Migration {
  return {
    async up(db: Kysely<unknown>) {
      const table = db.schema.createTable('stopped_link')
      const withId =
        engine === 'sqlite'
          ? table.addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
          : table.addColumn('id', 'bigint', (c) => c.primaryKey().generatedByDefaultAsIdentity())
      await withId
        .$call(
          columns({
            member_id: 'text',
            what: 'text',
            hash: 'text',
            label: 'text',
            stopped_at: 'text',
            stopped_by: 'text',
            user_id: 'integer?',
          }),
        )
        .addUniqueConstraint('stopped_link_once', ['member_id', 'what', 'hash'])
        .execute()
    },
  }
}
