import { sql } from 'kysely'
import { afterEach, describe, expect, test } from 'vitest'
import { type Db, openDatabase } from '../../../lib/store/database.ts'
import type { Migrations } from '../../../lib/store/migrate.ts'
import { engines, type TestDatabase } from './test-database.ts'

/** Makes a table, and then fails for some reason. */
const failing: Migrations = {
  '999-failing': {
    async up(db) {
      await db.schema.createTable('half').addColumn('id', 'integer').execute()
      throw new Error('no room left')
    },
  },
}

const later: Migrations = {
  '998-later': {
    async up(db) {
      await db.schema.createTable('later').addColumn('id', 'integer').execute()
    },
  },
}

describe.each(Object.entries(engines))('migrations on %s', (engine, open) => {
  let database: TestDatabase
  afterEach(() => database.close())

  /** SQLite lets one process into a folder; PostgreSQL goes on meanwhile. */
  const upgrade = async (more: Migrations): Promise<unknown> => {
    if (engine === 'sqlite') await database.db.destroy()
    const upgraded = await openDatabase(database.location, more).catch((error: unknown) => error)
    if (upgraded instanceof Error) return upgraded
    await (upgraded as Db).destroy()
    return null
  }
  const tables = async (db: Db) => (await db.introspection.getTables()).map(({ name }) => name)

  test('one that fails changes nothing and says what to do; the version before goes on', async () => {
    database = await open()
    const error = await upgrade({ ...later, ...failing })
    expect(String(error)).toMatch(/999-failing.*no room left.*Nothing was changed.*goes on working/)
    const before = engine === 'sqlite' ? await openDatabase(database.location) : database.db
    expect(await tables(before)).not.toContain('half')
    expect(await tables(before)).not.toContain('later')
    expect(await before.selectFrom('work').selectAll().execute()).toEqual([])
    if (before !== database.db) await before.destroy()
  })

  test('a database that a newer version has changed is not touched, and the message says so', async () => {
    database = await open()
    expect(await upgrade(later)).toBeNull()
    const error = await upgrade({})
    expect(String(error)).toMatch(/998-later.*a newer one has changed it.*Start the newer version/)
  })
})

test('several processes that start at once migrate once', async () => {
  const database = await engines.postgres()
  const opened = await Promise.all(Array.from({ length: 4 }, () => openDatabase(database.location, later)))
  const done = await sql<{ name: string }>`select name from kysely_migration`.execute(database.db)
  expect(done.rows.filter(({ name }) => name === '998-later')).toHaveLength(1)
  for (const db of opened) await db.destroy()
  await database.close()
})

test('who starts while the first tables are being made does not look into them', async () => {
  const { db, location, close } = await engines.postgres()
  for (const { name } of await db.introspection.getTables({ withInternalKyselyTables: true }))
    if (name !== 'kysely_migration') await sql`drop table ${sql.table(name)} cascade`.execute(db)
  await sql`delete from kysely_migration`.execute(db)
  let looked = 0
  const second = await openDatabase(location, {}, async () => void looked++)
  expect(looked).toBe(0)
  await second.destroy()
  await close()
})
