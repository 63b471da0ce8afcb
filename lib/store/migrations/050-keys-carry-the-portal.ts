import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Engine } from '../engine.ts'
import { columns } from './columns.ts'

/** Tables whose rows have an id. */
const withId = ['trigger', 'work', 'decision', 'intent', 'audit', 'rest_log']

/** Indexes that the new keys make superfluous. */
const superfluous = ['decision_newest', 'audit_newest']

/**
 * Every primary key carries the portal, so that a database can be spread by it (`docs/scale.md`). On SQLite an id stays what names a row
 * inside the file; only versions of triggers had a key of another sort.
 */
export function keysCarryThePortal(engine: Engine): Migration {
  return { up: engine === 'postgres' ? onPostgres : onSqlite }
}

async function onPostgres(db: Kysely<unknown>): Promise<void> {
  for (const table of withId) {
    await sql`alter table ${sql.table(table)} drop constraint ${sql.ref(`${table}_pkey`)}`.execute(db)
    await sql`alter table ${sql.table(table)} add primary key (portal, id)`.execute(db)
  }
  await sql`alter table trigger_version drop constraint trigger_version_pk`.execute(db)
  await sql`alter table trigger_version add constraint trigger_version_pk primary key (portal, trigger_id, version)`.execute(
    db,
  )
  for (const index of superfluous) await db.schema.dropIndex(index).execute()
}

/** SQLite cannot change a key: the table is made anew. */
async function onSqlite(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('trigger_version').renameTo('trigger_version_before').execute()
  await db.schema
    .createTable('trigger_version')
    .$call(
      columns({
        portal: 'text',
        trigger_id: 'integer',
        version: 'integer',
        body: 'text?',
        changed_at: 'text',
        changed_by: 'integer',
      }),
    )
    .addPrimaryKeyConstraint('trigger_version_pk', ['portal', 'trigger_id', 'version'])
    .execute()
  await sql`insert into trigger_version select portal, trigger_id, version, body, changed_at, changed_by
    from trigger_version_before`.execute(db)
  await db.schema.dropTable('trigger_version_before').execute()
}
