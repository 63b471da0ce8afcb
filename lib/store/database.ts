import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Kysely, SqliteDialect, sql } from 'kysely'
import { DEFAULT_MIGRATION_TABLE } from 'kysely/migration'
import pg from 'pg'
import { boundedCache } from '../bounded-cache.ts'
import type { Engine } from './engine.ts'
import { type Migrations, migrate } from './migrate.ts'
import { first } from './migrations/001-first.ts'
import { conversations } from './migrations/002-conversations.ts'
import { sentMail } from './migrations/003-sent-mail.ts'
import { itemField } from './migrations/004-item-field.ts'
import { jobsByKey } from './migrations/010-work-by-subject.ts'
import { subscriptions } from './migrations/011-subscriptions.ts'
import { byTime } from './migrations/012-by-time.ts'
import { budget } from './migrations/013-budget.ts'
import { conversationSeen } from './migrations/014-conversation-seen.ts'
import { longJournal } from './migrations/015-long-journal.ts'
import { fullOccurrences } from './migrations/016-full-occurrences.ts'
import { refusedAccess } from './migrations/017-refused-access.ts'
import { formsWithoutTitles } from './migrations/018-forms-without-titles.ts'
import { verifiedAccess } from './migrations/019-proven-access.ts'
import { uninstallation } from './migrations/020-uninstallation.ts'
import { probe } from './migrations/021-probe.ts'
import { receivedEvents } from './migrations/022-heard-event.ts'
import { chatsAsSeen } from './migrations/023-chats-as-told.ts'
import { journalAtAGlance } from './migrations/024-journal-at-a-glance.ts'
import { stoppedLinks } from './migrations/025-stopped-links.ts'
import { madeLink } from './migrations/030-made-link.ts'
import { answerDrift } from './migrations/031-answer-drift.ts'
import { deniedSession } from './migrations/033-denied-session.ts'
import { noTitles } from './migrations/034-no-titles.ts'
import { namedOccurrences } from './migrations/035-named-occurrences.ts'
import { waitsFor } from './migrations/040-waits-for.ts'
import { keysCarryThePortal } from './migrations/050-keys-carry-the-portal.ts'
import { linkHosts } from './migrations/051-link-hosts.ts'
import { recentMoves } from './migrations/052-recent-moves.ts'
import { PipeliningPostgres } from './postgres-dialect.ts'
import type { Schema } from './schema.ts'
import { ServingSqlite } from './sqlite-dialect.ts'

/** The database or a transaction in it; every operation of this room takes it first. */
export type Db = Kysely<Schema>

/**
 * Where the data is: a folder (SQLite, one process) or a PostgreSQL address (several). `directUrl`: the server itself, where the address is that
 * of a pooler; tables are changed there.
 */
export type Location = { dataDir: string } | { databaseUrl: string; directUrl?: string | null }

/** What has become of the tables, step by step. Each only adds: the version before goes on working with them (`docs/several-processes.md`). */
function allMigrations(engine: Engine): Migrations {
  return {
    '001-first': first(engine),
    '002-conversations': conversations,
    '003-sent-mail': sentMail,
    '004-item-field': itemField,
    '010-work-by-subject': jobsByKey,
    '011-subscriptions': subscriptions,
    '012-by-time': byTime,
    '013-budget': budget(engine),
    '014-conversation-seen': conversationSeen,
    '015-long-journal': longJournal,
    '016-full-occurrences': fullOccurrences,
    '017-refused-access': refusedAccess,
    '018-forms-without-titles': formsWithoutTitles,
    '019-proven-access': verifiedAccess,
    '020-uninstallation': uninstallation,
    '021-probe': probe,
    '022-heard-event': receivedEvents,
    '023-chats-as-told': chatsAsSeen,
    '024-journal-at-a-glance': journalAtAGlance,
    '025-stopped-links': stoppedLinks(engine),
    '030-made-link': madeLink,
    '031-answer-drift': answerDrift,
    '033-denied-session': deniedSession,
    '034-no-titles': noTitles,
    '035-named-occurrences': namedOccurrences,
    '040-waits-for': waitsFor,
    '050-keys-carry-the-portal': keysCarryThePortal(engine),
    '051-link-hosts': linkHosts,
    '052-recent-moves': recentMoves,
  }
}

/**
 * Opens the database and brings its tables up to date; `more` migrations are for tests. Throws `MigrationFailed`, and then the tables
 * are as they were; so they are when `inspect`, which sees what tables there are before, throws.
 */
export async function openDatabase(
  location: Location,
  more: Migrations = {},
  inspect: (db: Db) => Promise<void> = async () => {},
): Promise<Db> {
  if ('dataDir' in location) {
    const db = sqlite(location.dataDir)
    await bringUpToDate(db, { ...allMigrations('sqlite'), ...more }, inspect).catch(async (error) => {
      await db.destroy()
      throw error
    })
    return db
  }
  const { databaseUrl, directUrl } = location
  // A migration may take long, and so may waiting for the process that makes it: no limits of time.
  const migrating = postgres({ connectionString: directUrl ?? databaseUrl, max: 2 })
  try {
    await bringUpToDate(migrating, { ...allMigrations('postgres'), ...more }, inspect)
  } finally {
    await migrating.destroy()
  }
  return openUpToDate(databaseUrl)
}

/** Opens a database on PostgreSQL whose tables are those of this version. */
export function openUpToDate(databaseUrl: string): Db {
  return postgres({ connectionString: databaseUrl, max: 10, ...limitsOfTime })
}

async function bringUpToDate(db: Db, migrations: Migrations, inspect: (db: Db) => Promise<void>): Promise<void> {
  const made = await madeMigrations(db)
  const isKnown = made?.every((name) => name in migrations) ?? false
  if (isKnown) await inspect(db)
  // Whoever makes some makes all of them at once: where the last one is, nobody is at work.
  if (!isKnown || made?.length !== Object.keys(migrations).length) await migrate(db, migrations)
}

/** Changes of the tables that this version does not know: a newer one has made them. `null`: there are no tables yet. Changes nothing. */
export async function foreignMigrations(db: Db): Promise<string[] | null> {
  const known = allMigrations('sqlite')
  return (await madeMigrations(db))?.filter((name) => !(name in known)) ?? null
}

/** All changes of the tables that were made, in their order; `null`: there are no tables yet. */
async function madeMigrations(db: Db): Promise<string[] | null> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)) return null
  const { rows } = await sql<{
    name: string
  }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)} order by name`.execute(db)
  // The list is made first, and by processes that start together: empty, it says that the first one is still at work.
  return rows.length === 0 ? null : rows.map(({ name }) => name)
}

/**
 * Opens the database of a folder only to read, beside the process that holds it. What it shows is of the moment; tables may be older or newer
 * than this version knows. Throws when there is none.
 */
export function openToRead(dataDir: string): Db {
  const database = new Sqlite(join(dataDir, file), { readonly: true, fileMustExist: true })
  return new Kysely<Schema>({ dialect: new SqliteDialect({ database }) })
}

/**
 * Opens the database to write single rows beside the processes that serve it, such as a stop or a piece of work: nothing that rests on what
 * they hold. Throws when there is no database.
 */
export function openBeside(location: Location): Db {
  if ('databaseUrl' in location) return postgres({ connectionString: location.databaseUrl, max: 1, ...limitsOfTime })
  const database = new Sqlite(join(location.dataDir, file), { fileMustExist: true, timeout: 5000 })
  return new Kysely<Schema>({ dialect: new SqliteDialect({ database }) })
}

/**
 * Copies a folder's database as it is at this moment into one file, beside the process that holds it, which nobody else may read. Throws when
 * there is no database, or the file cannot be written.
 */
export function copyDatabase(dataDir: string, copy: string): void {
  const database = new Sqlite(join(dataDir, file), { readonly: true, fileMustExist: true })
  try {
    database.prepare('vacuum into ?').run(privateFile(copy))
  } finally {
    database.close()
  }
}

/** Another process holds the folder. */
export class FolderInUse extends Error {
  constructor(dataDir: string) {
    super(`${dataDir} is in use by another Stagecue process. Stop it, or use PostgreSQL (DATABASE_URL).`)
    this.name = 'FolderInUse'
  }
}

const file = 'stagecue.db'

/** WAL with FULL: a commit is on disk when it returns (`design.md` 5). */
function sqlite(dataDir: string): Db {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const lock = holdFolder(dataDir)
  const database = new Sqlite(privateFile(join(dataDir, file)))
  for (const pragma of ['journal_mode=WAL', 'synchronous=FULL', 'busy_timeout=5000', 'foreign_keys=ON']) {
    database.pragma(pragma)
  }
  keepPrepared(database)
  // SQLite's own knows the capitals of English alone.
  database.function('lower', { deterministic: true }, (text) => (typeof text === 'string' ? text.toLowerCase() : text))
  const db = new Kysely<Schema>({ dialect: new ServingSqlite({ database }) })
  const destroy = db.destroy.bind(db)
  db.destroy = async () => {
    await destroy()
    lock.close()
  }
  return db
}

/** Statements that are kept ready: those of an event's way several times over, as lists of values of other lengths are other texts. */
const PREPARED = 300

/** The same text is prepared once, as long as it is used now and then. One that is being read from row by row is not shared. */
function keepPrepared(database: Sqlite.Database): void {
  const prepared = boundedCache<Sqlite.Statement>(PREPARED)
  const prepare = database.prepare.bind(database) as (text: string) => Sqlite.Statement
  const prepareOnce = (text: string): Sqlite.Statement => {
    const known = prepared.get(text)
    if (known && !known.busy) return known
    const statement = prepare(text)
    prepared.set(text, statement)
    return statement
  }
  database.prepare = prepareOnce as typeof database.prepare
}

/** Nobody else on the machine reads it, whatever the folder allows. SQLite gives the files beside it (WAL) the same rights. */
function privateFile(path: string): string {
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  return path
}

/** One process per folder: the lock is the operating system's, so a crash releases it. */
function holdFolder(dataDir: string): Sqlite.Database {
  const lock = new Sqlite(privateFile(join(dataDir, 'lock.db')), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch {
    lock.close()
    throw new FolderInUse(dataDir)
  }
}

/**
 * A process that hangs or vanishes must not hold others up: its transactions are ended by the server, and its own waiting ends in time
 * to answer 503 before the portal gives up after about five seconds. Milliseconds.
 */
const limitsOfTime: pg.PoolConfig = {
  connectionTimeoutMillis: 3000,
  statement_timeout: 30_000,
  query_timeout: 35_000,
  idle_in_transaction_session_timeout: 5000,
  keepAlive: true,
}

/** Counts and identities are 64-bit there and arrive as text; all of ours fit a number. */
function postgres(config: pg.PoolConfig): Db {
  const types = new pg.TypeOverrides()
  types.setTypeParser(pg.types.builtins.INT8, Number)
  const pool = new pg.Pool({ ...config, types, pipeline: true } as pg.PoolConfig)
  // A broken connection must not end the process: the pool replaces it, and whoever asks through it gets the error.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return new Kysely<Schema>({ dialect: new PipeliningPostgres({ pool }) })
}

/** Runs `body` in one transaction. Keep it short and without network calls: SQLite has one connection. */
export function transact<T>(db: Db, body: (tx: Db) => Promise<T>): Promise<T> {
  return db.transaction().execute(body)
}
