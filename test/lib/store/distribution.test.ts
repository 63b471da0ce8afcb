import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Db } from '../../../lib/store/database.ts'
import { portalColumns, tablesOfMigrations, wholeTables } from '../../../lib/store/distribution.ts'
import { openPostgres, openSqlite, type TestDatabase } from './test-database.ts'

/** A database can be spread by portal when every key carries the portal: the catalogue of each engine says whether it does. */

type Index = { table: string; name: string; isPrimary: boolean; columns: string[] }

async function uniqueIndexesOfPostgres(db: Db): Promise<Index[]> {
  const { rows } = await sql<{ table: string; name: string; primary: boolean; columns: string[] }>`
    select t.relname as table, i.relname as name, x.indisprimary as primary,
      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a where a.attrelid = x.indexrelid) as columns
    from pg_index x
    join pg_class t on t.oid = x.indrelid
    join pg_class i on i.oid = x.indexrelid
    join pg_namespace n on n.oid = t.relnamespace
    where x.indisunique and n.nspname = 'public'`.execute(db)
  return rows.map(({ primary, ...index }) => ({ ...index, isPrimary: primary }))
}

async function uniqueIndexesOfSqlite(db: Db): Promise<Index[]> {
  const { rows } = await sql<{ table: string; name: string; origin: string; column: string }>`
    select m.name as "table", x.name as name, x.origin as origin, c.name as "column"
    from sqlite_master m
    join pragma_index_list(m.name) x
    join pragma_index_info(x.name) c
    where m.type = 'table' and x."unique" = 1 and m.name not like 'sqlite_%'`.execute(db)
  const byName = Map.groupBy(rows, ({ table, name }) => `${table} ${name}`)
  return [...byName.values()].flatMap((columns) => {
    const [first] = columns
    if (first === undefined) return []
    const { table, name, origin } = first
    return [{ table, name, isPrimary: origin === 'pk', columns: columns.map(({ column }) => column) }]
  })
}

const engines = {
  sqlite: { open: openSqlite, uniqueIndexes: uniqueIndexesOfSqlite },
  postgres: { open: openPostgres, uniqueIndexes: uniqueIndexesOfPostgres },
}

describe.each(Object.entries(engines))('the tables on %s', (engine, { open, uniqueIndexes }) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await open()
  })
  afterEach(() => database.close())

  const tables = async () => {
    const all = await database.db.introspection.getTables({ withInternalKyselyTables: true })
    return all.filter(({ name }) => !name.startsWith('sqlite_'))
  }

  test('each is spread by the portal, or named among those that are not, with the reason', async () => {
    const named = [...Object.keys(portalColumns), ...Object.keys(wholeTables), ...tablesOfMigrations]
    expect((await tables()).map(({ name }) => name).toSorted()).toEqual(named.toSorted())
    for (const { name, columns } of await tables()) {
      const column = portalColumns[name]
      if (column === undefined) continue
      // SQLite lets a text key be null.
      const isNullable = engine === 'sqlite' ? expect.any(Boolean) : false
      expect(columns.find((one) => one.name === column)).toMatchObject({ isNullable })
    }
  })

  test('the primary key and every unique index of those that are spread carry the portal', async () => {
    const indexes = await uniqueIndexes(database.db)
    const spread = indexes.filter(({ table }) => table in portalColumns)
    expect(spread.filter(({ table, columns }) => !columns.includes(portalColumns[table] ?? ''))).toEqual([])
    const withKey = new Set(spread.filter(({ isPrimary }) => isPrimary).map(({ table }) => table))
    const others = Object.keys(portalColumns).filter((table) => !withKey.has(table))
    // An id that is the place of the row in SQLite's one file is no index.
    const byPlace = engine === 'sqlite' ? ['audit', 'decision', 'intent', 'rest_log', 'trigger', 'work'] : []
    expect(others.toSorted()).toEqual(byPlace)
  })

  test('nothing refers to another table by a key: portals are not held together by anything', async () => {
    const { rows } =
      engine === 'sqlite'
        ? await sql`select f.* from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table'`.execute(
            database.db,
          )
        : await sql`select conname from pg_constraint where contype = 'f'`.execute(database.db)
    expect(rows).toEqual([])
  })
})
