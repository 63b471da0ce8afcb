import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import { type Api, openSession } from '../api.ts'
import { makeDataDir } from '../data-dir.ts'
import { createDatabase, dropDatabase, startPostgres } from '../lib/store/test-database.ts'
import { type Emulator, type Portal, type PortalOptions, SEED, startEmulator } from '../portal/index.ts'
import { aTrigger } from '../rig.ts'
import { type AppProcess, appProcess } from './app-process.ts'
import { type Balancer, startBalancer } from './balancer.ts'

/** Emulated portals and real processes of Stagecue behind one address, on SQLite or on a PostgreSQL database of their own. */
export type Setting = {
  emulator: Emulator
  portals: Portal[]
  processes: AppProcess[]
  balancer: Balancer
  /** What all processes get. */
  environment: Record<string, string>
  /** Reads the database beside the processes. */
  query(sql: string): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

type PostgresServer = Awaited<ReturnType<typeof startPostgres>>

export type SettingOptions = {
  /** What each process gets beside the common environment. */
  processes?: Record<string, string>[]
  /** So many of the processes, the last ones, are left for the test to start. */
  later?: number
  /** A server, which gets a database for this setting; `true`: one of its own. */
  postgres?: boolean | { url: string }
  portals?: number
  portal?: PortalOptions
  env?: Record<string, string>
  /** OAuth servers of other emulators, whose portals may be installed too. */
  oauthServers?: readonly string[]
}

/** Waits of `design.md` 6, shortened. */
const shortWaits = {
  LATE_BINDING_SECONDS: '0.3,0.6,1.2',
  CALL_RECHECK_SECONDS: '1',
  SETTLE_SECONDS: '2',
  SWEEP_SECONDS: '3',
  LOG_LEVEL: 'warn',
}

/** Starts everything, installs the app in every portal and makes its triggers. */
export async function startSetting(options: SettingOptions = {}): Promise<Setting> {
  const dataDir = makeDataDir('stagecue-chaos-')
  const postgres = options.postgres === true ? await startPostgres({ settings: {} }) : options.postgres || null
  const databaseUrl = postgres ? await createDatabase(postgres.url) : null
  const { query, endQueries } = databaseUrl ? onPostgres(databaseUrl) : onSqlite(dataDir)
  const balancer = await startBalancer([])
  const emulator = await startEmulator({ appUrl: balancer.url })
  const environment: Record<string, string> = {
    PUBLIC_URL: balancer.url,
    B24_CLIENT_ID: emulator.clientId,
    B24_CLIENT_SECRET: emulator.clientSecret,
    B24_OAUTH_SERVERS: [...emulator.oauthUrls, ...(options.oauthServers ?? [])].join(),
    B24_ALLOW_HTTP: 'true',
    B24_ALLOW_PRIVATE: 'true',
    DATA_DIR: dataDir,
    ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
    ...shortWaits,
    ...options.env,
  }
  const processes: AppProcess[] = []
  for (const own of options.processes ?? [{}]) processes.push(await appProcess({ ...environment, ...own }))
  balancer.ports.push(...processes.map(({ port }) => port))
  const portals: Portal[] = []
  const setting: Setting = {
    emulator,
    portals,
    processes,
    balancer,
    environment,
    query,
    async close() {
      await Promise.all(processes.map((one) => one.kill()))
      await emulator.stop()
      await balancer.close()
      await endQueries()
      if (options.postgres === true) await (postgres as PostgresServer).stop()
      else if (postgres && databaseUrl) await dropDatabase(databaseUrl, postgres.url)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  try {
    const first = processes.slice(0, processes.length - (options.later ?? 0))
    await Promise.all(first.map((one) => one.start()))
    for (let index = 0; index < (options.portals ?? 1); index++) {
      const portal = await emulator.addPortal({ eventDelayMs: [0, 20], seed: index + 1, ...options.portal })
      await installApp(balancer.url, portal)
      portals.push(portal)
    }
    return setting
  } catch (error) {
    await setting.close()
    throw error
  }
}

const { users } = SEED

/** Triggers of a portal: e-mails and calls move deals onwards, back and forth, so that every second of it shows in the history. */
const triggers = [
  { kind: 'email-incoming', stageId: 'C4:PREPARATION', allowMovingBack: true },
  { kind: 'email-outgoing', stageId: 'C4:UC_VISIT', allowMovingBack: true },
  { kind: 'call-outbound', stageId: 'C4:PREPARATION', allowMovingBack: true },
  { kind: 'call-missed', stageId: 'C4:NEW', allowMovingBack: true },
  { kind: 'call-inbound', stageId: 'C4:UC_VISIT', allowMovingBack: true },
]

/** Installs the app in the portal as its administrator does, and makes the triggers. */
export async function installApp(url: string, portal: Portal): Promise<void> {
  portal.beginInstall()
  const admin = await openPatiently(url, portal, users.admin)
  const installed = await admin('POST', '/api/install', { delegate: false })
  if (installed.body.ready !== true) throw new Error(`Not installed: ${JSON.stringify(installed.body)}`)
  portal.finishInstall()
  await openPatiently(url, portal, users.sam)
  for (const trigger of triggers) {
    const { status, body } = await admin('POST', '/api/triggers', { ...aTrigger, ...trigger })
    if (status !== 201) throw new Error(`Trigger refused: ${JSON.stringify(body)}`)
  }
}

/** Pages of many portals from one address are too many at once, and after a storm the portal's limit is used up: people try again. */
export async function openPatiently(url: string, portal: Portal, userId: number): Promise<Api> {
  for (;;) {
    try {
      return await openSession(url, portal, userId)
    } catch (error) {
      if (!/No session: (429|503)/.test(String(error))) throw error
      await sleep(5000)
    }
  }
}

type Queries = { query: Setting['query']; endQueries: () => Promise<void> }

function onSqlite(dataDir: string): Queries {
  return {
    async query(sql) {
      const database = new Sqlite(join(dataDir, 'stagecue.db'), { readonly: true })
      try {
        return database.prepare(sql).all() as Record<string, unknown>[]
      } finally {
        database.close()
      }
    },
    async endQueries() {},
  }
}

/**
 * One connection, as each takes PostgreSQL 40 ms of the processor. It ends soon after the last question: who copies or drops a database waits
 * until nobody is connected to it.
 */
function onPostgres(connectionString: string): Queries {
  const pool = new pg.Pool({ connectionString, max: 1, idleTimeoutMillis: 1000 })
  pool.on('error', () => {})
  return { query: async (sql) => (await pool.query(sql)).rows, endQueries: () => pool.end() }
}
