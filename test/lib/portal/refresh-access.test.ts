import { afterEach, describe, expect, it } from 'vitest'
import { createPortalClients } from '../../../lib/portal/clients.ts'
import { AccessDead, PortalRemoved, PortalUnavailable } from '../../../lib/portal/errors.ts'
import { openTokens } from '../../../lib/store/access.ts'
import { findAccess } from '../../../lib/store/find-access.ts'
import { SEED } from '../../portal/index.ts'
import { engines, type TestDatabase } from '../store/test-database.ts'
import { give, type SetUp, sealer, serve, setUp } from './set-up.ts'

const { users } = SEED
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function start(...given: Parameters<typeof setUp>): Promise<SetUp> {
  const world = await setUp(...given)
  stops.push(world.stop)
  return world
}

const stored = (world: SetUp, userId: number) => findAccess(world.db, world.portal.memberId, userId)
const profile = async (world: SetUp, userId: number, clients = world.clients) =>
  (await clients.as(world.portal.memberId, userId, 'work')).call('profile')

describe('an expired access', () => {
  it('is refreshed, stored and used for the same call', async () => {
    const world = await start()
    await world.open(users.sam)
    const before = await stored(world, users.sam)
    world.portal.expireTokens(users.sam)
    expect((await profile(world, users.sam)).result).toMatchObject({ ID: String(users.sam) })
    expect(world.emulator.refreshes).toMatchObject([{ userId: users.sam, error: null }])
    expect(world.portal.requests.map(({ status }) => status)).toEqual([401, 200])
    const after = (await stored(world, users.sam)) ?? expect.fail()
    expect(after.issuedAt.getTime()).toBeGreaterThan(before?.issuedAt.getTime() ?? 0)
    expect(openTokens(sealer, after).accessToken).toBe(world.portal.tokensOf(users.sam)[0]?.accessToken)
  })

  it('by the clock is refreshed before the call', async () => {
    const world = await start()
    const { body } = world.portal.openApp(users.sam)
    const pair = { accessToken: body.AUTH_ID ?? '', refreshToken: body.REFRESH_ID ?? '' }
    await give(world.db, world.portal, users.sam, pair, -1)
    await profile(world, users.sam)
    expect(world.portal.requests.map(({ status }) => status)).toEqual([200])
    expect(world.emulator.refreshes).toHaveLength(1)
  })

  it('is not refreshed while it serves', async () => {
    const world = await start()
    await world.open(users.sam)
    await profile(world, users.sam)
    await profile(world, users.sam)
    expect(world.emulator.refreshes).toHaveLength(0)
  })

  it('gives way at once to the newer one that a page brings', async () => {
    const world = await start()
    await world.open(users.sam)
    const client = await world.clients.as(world.portal.memberId, users.sam, 'work')
    await client.call('profile')
    world.portal.expireTokens(users.sam)
    await world.open(users.sam)
    await client.call('profile')
    expect(world.portal.requests.map(({ status }) => status)).toEqual([200, 200])
    expect(world.emulator.refreshes).toHaveLength(0)
  })

  it('without a refresh token serves for its hour only', async () => {
    const world = await start()
    const token = world.portal.openApp(users.sam).body.AUTH_ID ?? ''
    await give(world.db, world.portal, users.sam, { accessToken: token, refreshToken: null })
    expect((await profile(world, users.sam)).ok).toBe(true)
    await give(world.db, world.portal, users.sam, { accessToken: token, refreshToken: null }, -1)
    await expect(profile(world, users.sam)).rejects.toMatchObject({ name: 'AccessDead', code: 'NOT_RENEWABLE' })
    expect(await stored(world, users.sam)).toBeNull()
  })
})

describe.each(Object.entries(engines))('a hundred calls at once with an expired access, in %s', (_, open) => {
  it('make one refresh, over two sets of clients', async () => {
    const database: TestDatabase = await open()
    stops.push(database.close)
    const world = await start({}, database)
    const others = createPortalClients(world.deps)
    stops.push(others.close)
    const { body } = world.portal.openApp(users.sam)
    const pair = { accessToken: body.AUTH_ID ?? '', refreshToken: body.REFRESH_ID ?? '' }
    await give(world.db, world.portal, users.sam, pair, -1)
    // What both sets may send at once: each has 40 requests for work and 10 for pages.
    const calls = [world.clients, others].flatMap((clients) =>
      Array.from({ length: 50 }, async (_, n) => {
        const client = await clients.as(world.portal.memberId, users.sam, n < 40 ? 'work' : 'page')
        return client.call('profile')
      }),
    )
    world.portal.limits.enabled = false
    const results = await Promise.all(calls)
    expect(results.every(({ ok }) => ok)).toBe(true)
    expect(world.emulator.refreshes).toHaveLength(1)
  })
})

describe('a refresh that is refused', () => {
  it('marks the access dead, once and for all calls', async () => {
    const world = await start()
    await world.open(users.sam)
    world.portal.act.dismissUser(users.sam)
    world.portal.expireTokens(users.sam)
    await expect(profile(world, users.sam)).rejects.toMatchObject({ name: 'AccessDead', code: 'invalid_grant' })
    await expect(profile(world, users.sam)).rejects.toMatchObject({ name: 'AccessDead', code: 'NO_ACCESS' })
    expect(world.emulator.refreshes).toHaveLength(1)
    expect(await stored(world, users.sam)).toMatchObject({ live: false, sealed: { refreshToken: null } })
  })

  it('because the app is gone or not paid for leaves the access alone', async () => {
    const world = await start()
    await world.open(users.sam)
    world.portal.expireTokens(users.sam)
    world.portal.act.expirePayment(true)
    await expect(profile(world, users.sam)).rejects.toBeInstanceOf(PortalRemoved)
    expect(await stored(world, users.sam)).toMatchObject({ live: true })
  })

  it.each([
    ['down', (world: SetUp) => Object.assign(world.emulator.oauthFaults, { down: true })],
    ['slow', (world: SetUp) => world.emulator.oauthFaults.next({ kind: 'silent' })],
    ['a page', (world: SetUp) => world.emulator.oauthFaults.next({ kind: 'html' })],
    ['in trouble', (world: SetUp) => world.emulator.oauthFaults.next({ kind: 'status', status: 500 })],
  ])('because OAuth is %s is tried again later, and other users go on', async (_, break_) => {
    const world = await start({ oauthTimeoutMs: 200 })
    await world.open(users.sam, users.ines)
    world.portal.expireTokens(users.sam)
    break_(world)
    const [sam, ines] = await Promise.allSettled([profile(world, users.sam), profile(world, users.ines)])
    expect(sam).toMatchObject({ status: 'rejected', reason: expect.any(PortalUnavailable) })
    expect(ines).toMatchObject({ status: 'fulfilled' })
    world.emulator.oauthFaults.down = false
    expect((await profile(world, users.sam)).ok).toBe(true)
  })
})

describe('a refresh that names somebody else', () => {
  it.each(['user', 'portal'])('(another %s) is dropped, and the access with it', async (who) => {
    const world = await start()
    const foreign = await world.emulator.addPortal()
    foreign.beginInstall()
    const own = world.portal.openApp(users.sam).body
    const other = (who === 'user' ? world.portal : foreign).openApp(who === 'user' ? users.ines : users.sam).body
    const pair = { accessToken: own.AUTH_ID ?? '', refreshToken: other.REFRESH_ID ?? '' }
    await give(world.db, world.portal, users.sam, pair, -1)
    await expect(profile(world, users.sam)).rejects.toMatchObject({ name: 'AccessDead', code: 'FOREIGN_ACCESS' })
    expect(await stored(world, users.sam)).toMatchObject({ live: false, sealed: { refreshToken: null } })
    expect(world.portal.requests).toHaveLength(0)
    expect(foreign.requests).toHaveLength(0)
    expect(world.logged.join()).not.toContain(pair.refreshToken)
  })
})

describe('the secret', () => {
  it('goes to configured servers only', async () => {
    const world = await start()
    const thief = await serve((_, response) => response.end('{}'))
    stops.push(thief.close)
    await world.open(users.sam)
    await world.db.updateTable('portal').set({ oauth_server: thief.url }).execute()
    world.portal.expireTokens(users.sam)
    await expect(profile(world, users.sam)).rejects.toMatchObject({ code: 'OAUTH_SERVER_NOT_ALLOWED' })
    expect(thief.seen).toHaveLength(0)
  })

  it('follows no redirect, stands in no address, error or log', async () => {
    const thief = await serve((_, response) => response.end('{}'))
    const oauth = await serve((_, response) => response.writeHead(307, { location: thief.url }).end())
    stops.push(thief.close, oauth.close)
    const world = await start()
    const config = { ...world.deps.config, oauthServers: [oauth.url] }
    const clients = createPortalClients({ ...world.deps, config })
    stops.push(clients.close)
    await world.open(users.sam)
    await world.db.updateTable('portal').set({ oauth_server: oauth.url }).execute()
    world.portal.expireTokens(users.sam)
    const error = await profile(world, users.sam, clients).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(PortalUnavailable)
    expect(thief.seen).toHaveLength(0)
    expect(oauth.seen).toMatchObject([{ url: '/oauth/token/', method: 'POST' }])
    const { refreshToken } = world.portal.tokensOf(users.sam)[0] ?? expect.fail()
    const told = [error.message, error.stack, JSON.stringify(error), ...world.logged].join()
    for (const secret of [world.emulator.clientSecret, refreshToken]) expect(told).not.toContain(secret)
  })
})

describe('the reader', () => {
  const reader = (world: SetUp) => world.clients.asReader(world.portal.memberId, 'work')

  it('is the installer; when that access dies during a call, another administrator takes over', async () => {
    const world = await start()
    await world.open(users.admin, users.deputy, users.sam)
    const client = await reader(world)
    expect(client.userId).toBe(users.admin)
    world.portal.act.dismissUser(users.admin)
    expect((await client.call('profile')).result).toMatchObject({ ID: String(users.deputy) })
    expect(client.userId).toBe(users.deputy)
    expect(await stored(world, users.admin)).toMatchObject({ live: false })
  })

  it('is nobody when no administrator has a live access', async () => {
    const world = await start()
    await world.open(users.sam)
    await expect(reader(world)).rejects.toBeInstanceOf(AccessDead)
  })
})
