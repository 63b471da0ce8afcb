import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createPortalClients, type PortalClientsDeps } from '../../../lib/bitrix24/client/clients.ts'
import { storeAccess, type TokenPair } from '../../../lib/store/access.ts'
import type { Db } from '../../../lib/store/database.ts'
import { createSealer } from '../../../lib/store/sealing.ts'
import { type Emulator, type Portal, SEED, startEmulator } from '../../portal/index.ts'
import { openSqlite, type TestDatabase } from '../store/test-database.ts'

export const sealer = createSealer([{ id: 'k1', key: randomBytes(32) }])

/** An emulated Bitrix24, a database that knows its portal, and clients that stand between. */
export type SetUp = {
  emulator: Emulator
  portal: Portal
  db: Db
  deps: PortalClientsDeps
  clients: ReturnType<typeof createPortalClients>
  /** What was written to the log, as text. */
  logged: string[]
  /** Users who open the app: their access is stored as the page's session would do it. */
  open: (...userIds: number[]) => Promise<void>
  stop: () => Promise<void>
}

export async function setUp(given: Partial<PortalClientsDeps> = {}, database?: TestDatabase): Promise<SetUp> {
  const emulator = await startEmulator()
  const portal = await emulator.addPortal()
  portal.beginInstall()
  portal.finishInstall()
  const store = database ?? (await openSqlite())
  await knowPortal(store.db, portal, emulator)
  const logged: string[] = []
  const write = (facts: object, message: string) => void logged.push(JSON.stringify({ ...facts, message }))
  const deps: PortalClientsDeps = {
    db: store.db,
    config: {
      clientId: emulator.clientId,
      clientSecret: emulator.clientSecret,
      oauthServers: emulator.oauthUrls,
      allowHttp: true,
      allowPrivate: true,
    },
    sealer,
    clock: () => new Date(),
    log: { debug: write, info: write, warn: write, error: write },
    ...given,
  }
  const clients = createPortalClients(deps)
  return {
    emulator,
    portal,
    db: store.db,
    deps,
    clients,
    logged,
    open: async (...userIds) => {
      for (const userId of userIds) await openApp(store.db, portal, userId)
    },
    stop: async () => {
      await clients.close()
      await emulator.stop()
      if (database === undefined) await store.close()
    },
  }
}

/** The portal's row as an installation leaves it. */
async function knowPortal(db: Db, portal: Pick<Portal, 'memberId' | 'domain' | 'url'>, emulator: Emulator) {
  const now = new Date().toISOString()
  const row = {
    member_id: portal.memberId,
    domain: portal.domain,
    endpoint: `${portal.url}/rest/`,
    oauth_server: emulator.oauthUrl,
    app_code: emulator.appCode,
    status: 'installed' as const,
    lang: 'en',
    scope: 'crm,telephony',
    installer_id: SEED.users.admin,
    settings: '{}',
    install_steps: '[]',
    lease_number: 0,
    created_at: now,
    updated_at: now,
  }
  await db.insertInto('portal').values(row).execute()
}

async function openApp(db: Db, portal: Portal, userId: number): Promise<void> {
  const { body } = portal.openApp(userId)
  await give(db, portal, userId, { accessToken: body.AUTH_ID ?? '', refreshToken: body.REFRESH_ID ?? '' })
}

/** Stores a pair as the newest one of that user. */
export async function give(
  db: Db,
  portal: Portal,
  userId: number,
  pair: Pick<TokenPair, 'accessToken' | 'refreshToken'>,
  seconds = 3600,
): Promise<void> {
  const now = new Date()
  const user = portal.world.users.get(userId)
  const owner = { portal: portal.memberId, userId, name: user?.name ?? '', admin: user?.admin ?? false }
  const expiresAt = new Date(now.getTime() + seconds * 1000)
  await storeAccess(db, sealer, owner, { ...pair, expiresAt, issuedAt: now }, now)
}

/** A bare HTTP server for odd answers. */
export async function serve(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
  const seen: { url: string; method: string; body: string }[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts).toString()
      seen.push({ url: request.url ?? '', method: request.method ?? '', body })
      answer(request, response, body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url, seen, close }
}
