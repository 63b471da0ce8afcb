import { rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { defaultLimits, type Limits } from '../handlers/http/limits.ts'
import { createServer } from '../handlers/server.ts'
import { type Environment, loadConfig } from '../lib/config.ts'
import { createServices } from '../lib/container.ts'
import { createLog } from '../lib/log.ts'
import type { Services } from '../lib/services.ts'
import { type Api, openSession } from './api.ts'
import { makeDataDir } from './data-dir.ts'
import { copyInstalled, type InstalledCopy, placeInstalled } from './installed-copy.ts'
import { placeEmptySqlite } from './lib/store/empty-sqlite.ts'
import {
  type Emulator,
  type EmulatorOptions,
  type Portal,
  type PortalOptions,
  SEED,
  startEmulator,
} from './portal/index.ts'
import { findLost, PATIENCE_MS, patiently, sweepsSoon } from './positions/trouble.ts'
import { untilSettled } from './until-settled.ts'

/** Stagecue and an emulated portal, both over real HTTP, with the app installed and ready for triggers. */
export type Rig = {
  emulator: Emulator
  portal: Portal
  stagecue: Services
  /** Our PUBLIC_URL. */
  url: string
  dataDir: string
  /** Calls our API as a user of the portal, who gives his access by it. */
  as(userId: number): Promise<Api>
  /** Makes a trigger as the administrator; unnamed fields as in `aTrigger`. */
  addTrigger(fields: Record<string, unknown>): Promise<{ id: string } & Record<string, unknown>>
  /** Waits until every event has arrived and nothing is left to do. */
  settled(): Promise<void>
  /** The journal in short, oldest first: `item outcome reason from>to by user`. */
  story(): Promise<string[]>
  stop(): Promise<void>
}

export type RigOptions = {
  portal?: PortalOptions
  /** Whose application it is; that of the Market by default. */
  app?: Pick<EmulatorOptions, 'clientId' | 'appCode'>
  /** Environment of Stagecue; waits are short by default. */
  env?: Environment
  /** Where Stagecue logs; nowhere by default. */
  logTo?: { write(line: string): void }
  /** Leaves the app uninstalled. */
  install?: boolean
  /** What Stagecue takes for now; the machine's clock by default. */
  clock?: () => Date
  /** Requests a minute; by default more than a test makes. */
  limits?: Limits
}

/**
 * Waits of design.md 6, shortened: the order stays, the seconds do not. Sweeps and polls are for tests of sweeps and polls: they would make
 * requests of their own in the others.
 */
const shortWaits = {
  LATE_BINDING_SECONDS: '0.3,0.6,1.2',
  CALL_RECHECK_SECONDS: '0.5',
  SETTLE_SECONDS: '1',
  CLICK_HOLD_SECONDS: '0.3',
  SWEEP_SECONDS: '86400',
  MAIL_POLL_SECONDS: '86400',
  CHAT_POLL_SECONDS: '86400',
  ERASE_DELAY_SECONDS: '1',
}

const wideLimits: Limits = {
  ...defaultLimits,
  api: 10_000,
  pages: 10_000,
  health: 10_000,
  session: 10_000,
  links: 10_000,
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const dataDir = makeDataDir('stagecue-test-')
  await placeEmptySqlite(dataDir)
  const http = createHttpServer()
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const emulator = await startEmulator({ appUrl: url, ...options.app })
  const key = copyKey(options)
  const copy = key === null ? undefined : installedCopies.get(key)
  const portal = await emulator.addPortal({ eventDelayMs: [0, 20], ...options.portal })
  const config = loadConfig({
    PUBLIC_URL: url,
    B24_CLIENT_ID: emulator.clientId,
    B24_CLIENT_SECRET: emulator.clientSecret,
    B24_OAUTH_SERVERS: emulator.oauthUrls.join(),
    B24_ALLOW_HTTP: 'true',
    B24_ALLOW_PRIVATE: 'true',
    DATA_DIR: dataDir,
    LOG_LEVEL: options.logTo ? 'debug' : 'silent',
    ...shortWaits,
    ...sweepsSoon,
    ...options.env,
  })
  const log = createLog(config, options.logTo ?? { write: () => {} })
  const stagecue = await createServices(config, log, options.clock)
  http.on('request', createServer(stagecue, options.limits ?? wideLimits))
  // Its first look adds the rounds of this span of time: for no portal, as none is known yet.
  await stagecue.worker.start()

  const as = (userId: number) => openSession(url, portal, userId)
  const rig: Rig = {
    emulator,
    portal,
    stagecue,
    url,
    dataDir,
    as,
    async addTrigger(fields) {
      const admin = await as(SEED.users.admin)
      const answer = await admin('POST', '/api/triggers', { ...aTrigger, ...fields })
      if (answer.status !== 201) throw new Error(`Trigger refused: ${JSON.stringify(answer.body)}`)
      return answer.body
    },
    async settled() {
      const settle = () => untilSettled(stagecue.db, [portal], PATIENCE_MS)
      await settle()
      await findLost(rig, settle)
    },
    story: () => story(stagecue),
    async stop() {
      await stagecue.close()
      await emulator.stop()
      http.closeAllConnections()
      http.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  if (options.install === false) return rig
  const hosts = hostsOf(rig)
  if (copy) {
    await placeInstalled(copy, stagecue, portal, hosts)
    return rig
  }
  await install(rig)
  // The portal's own notice of the installation is looked into: it costs a request that no test means.
  await rig.settled()
  if (key !== null) installedCopies.set(key, await copyInstalled(stagecue, portal, hosts))
  return rig
}

/** Where a rig listens, in the order in which copies of installations name it. */
export function hostsOf({ url, emulator, portal }: Pick<Rig, 'url' | 'emulator' | 'portal'>): string[] {
  return [url, ...emulator.oauthUrls, portal.url].map((address) => new URL(address).host)
}

/** What the first installation of this process left, by what it depends on: the others begin from it, as they would leave the same. */
const installedCopies = new Map<string, InstalledCopy>()

/**
 * What an installation depends on; null: it is to be made. So it is where the test sees more of it than it leaves (its log, the clock, the limits,
 * a database of its own), and in positions, where portals differ in their luck.
 */
function copyKey({ portal, app, env, logTo, clock, limits, install }: RigOptions): string | null {
  const isSeen = logTo ?? clock ?? limits ?? env?.DATABASE_URL ?? process.env.PORTAL_SWITCHES
  return install === false || isSeen !== undefined ? null : JSON.stringify([portal, app, env])
}

/** A trigger that moves Kim's deal from the first stage of pipeline 4 to the next. */
export const aTrigger = {
  kind: 'email-incoming',
  entityTypeId: SEED.types.deal,
  categoryId: SEED.pipelines.partners,
  stageId: 'C4:PREPARATION',
}

/** The administrator opens the installer, and the app installs itself. */
async function install({ portal, as }: Rig): Promise<void> {
  portal.beginInstall()
  const admin = await as(SEED.users.admin)
  const { status, body } = await patiently(
    () => admin('POST', '/api/install', { delegate: false }),
    (answer) => answer.status !== 200 || answer.body.ready !== true,
  )
  if (status !== 200 || body.ready !== true) throw new Error(`Not installed: ${JSON.stringify(body)}`)
  portal.finishInstall()
}

async function story(services: Services): Promise<string[]> {
  const rows = await services.db.selectFrom('decision').selectAll().orderBy('id').execute()
  return rows.map((row) => {
    const item = row.item_id === 0 ? 'no item' : `${row.entity_type_id}:${row.item_id}`
    const move = row.outcome === 'moved' ? ` ${row.move_from}>${row.move_to} by ${row.move_user_id}` : ''
    const onBehalf = row.on_behalf_of === null ? '' : ` for ${row.on_behalf_of}`
    return `${item} ${row.outcome}${row.reason ? ` ${row.reason}` : ''}${move}${onBehalf}`
  })
}
