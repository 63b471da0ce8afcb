import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Engine } from '../engine.ts'

/**
 * What processes count together of a portal's requests. It changes with each of them and is of use for half a minute: PostgreSQL need
 * not write it to disk, and forgets it when it crashes.
 */
export function budget(engine: Engine): Migration {
  return {
    async up(db: Kysely<unknown>) {
      const table = db.schema.createTable('budget')
      await (engine === 'postgres' ? table.modifyFront(sql`unlogged`) : table)
        .addColumn('portal', 'text', (c) => c.primaryKey())
        .addColumn('version', 'integer', (c) => c.notNull())
        .addColumn('meter', 'text', (c) => c.notNull())
        .execute()
    },
  }
}
