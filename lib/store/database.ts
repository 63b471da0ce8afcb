import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { first } from './migrations/001-first.ts'
import { itemField } from './migrations/004-item-field.ts'
import type { Schema } from './schema.ts'

export type Engine = 'sqlite' | 'postgres'

/** The database or a transaction in it; every operation of this room takes it first. */
export type Db = Kysely<Schema>

/** Where the data is: a folder (SQLite, one process) or a PostgreSQL address (several). */
export type Location = { dataDir: string } | { databaseUrl: string }

/** Opens the database and brings its tables up to date. Throws when a migration fails; the old tables stay as they were. */
export async function openDatabase(location: Location): Promise<Db> {
  const engine: Engine = 'databaseUrl' in location ? 'postgres' : 'sqlite'
  const db = 'databaseUrl' in location ? postgres(location.databaseUrl) : sqlite(location.dataDir)
  const migrations = { '001-first': first(engine), '004-item-field': itemField }
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error) {
    await db.destroy()
    throw error
  }
  return db
}

/** WAL with FULL: a commit is on disk when it returns (`design.md` 5). */
function sqlite(dataDir: string): Db {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const lock = holdFolder(dataDir)
  const database = new Sqlite(join(dataDir, 'stagecue.db'))
  for (const pragma of ['journal_mode=WAL', 'synchronous=FULL', 'busy_timeout=5000', 'foreign_keys=ON']) {
    database.pragma(pragma)
  }
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) })
  const destroy = db.destroy.bind(db)
  db.destroy = async () => {
    await destroy()
    lock.close()
  }
  return db
}

/** One process per folder: the lock is the operating system's, so a crash releases it. */
function holdFolder(dataDir: string): Sqlite.Database {
  const lock = new Sqlite(join(dataDir, 'lock.db'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch {
    lock.close()
    throw new Error(`${dataDir} is in use by another Stagecue process. Stop it, or use PostgreSQL (DATABASE_URL).`)
  }
}

/** Counts and identities are 64-bit there and arrive as text; all of ours fit a number. */
function postgres(connectionString: string): Db {
  const types = new pg.TypeOverrides()
  types.setTypeParser(pg.types.builtins.INT8, Number)
  const pool = new pg.Pool({ connectionString, max: 10, types } as pg.PoolConfig)
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
}
