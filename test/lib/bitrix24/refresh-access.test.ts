import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { createPortalClients } from '../../../lib/bitrix24/client/clients.ts'
import type { PortalClients } from '../../../lib/bitrix24/client/portal-clients.ts'
import { AccessRevokedError, AppRemovedError, PortalUnavailableError } from '../../../lib/bitrix24/errors/errors.ts'
import { findAccess, openTokens } from '../../../lib/store/access.ts'
import type { Fault } from '../../portal/faults.ts'
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
    await expect(profile(world, users.sam)).rejects.toMatchObject({ name: 'AccessRevokedError', code: 'NOT_RENEWABLE' })
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
    const call = async (clients: PortalClients, lane: 'work' | 'page') => {
      const client = await clients.as(world.portal.memberId, users.sam, lane)
      return client.call('profile')
    }
    /** On a busy machine the refresh takes longer than work waits: then it comes again. */
    const callPatiently = (...given: Parameters<typeof call>): ReturnType<typeof call> =>
      call(...given).catch(async (error) => {
        if (error.code !== 'REFRESH_SLOW') throw error
        await sleep(100)
        return callPatiently(...given)
      })
    world.portal.limits.enabled = false
    const results = await Promise.all(
      [world.clients, others].flatMap((clients) =>
        Array.from({ length: 50 }, (_, n) => callPatiently(clients, n < 40 ? 'work' : 'page')),
      ),
    )
    expect(results.every(({ ok }) => ok)).toBe(true)
    expect(world.emulator.refreshes).toHaveLength(1)
  })
})

describe('a refresh whose answer is lost', () => {
  it.each([
    ['is over: a refresh token serves once', 0, 'AccessRevokedError invalid_grant', false],
    ['is renewed again where a used token serves a little longer', 60, 'answered', true],
  ])('leaves an access that %s', async (_, oldRefreshTokenGrace, outcome, live) => {
    const world = await start({ oauthTimeoutMs: 500 })
    world.portal.switches.oldRefreshTokenGrace = oldRefreshTokenGrace
    await world.open(users.sam)
    world.portal.expireTokens(users.sam)
    world.emulator.oauthFaults.next({ method: 'oauth/token', kind: 'reset', when: 'after' })
    const calls: string[] = []
    const call = () =>
      profile(world, users.sam).then(
        () => calls.push('answered'),
        ({ name, code }) => calls.push(`${name} ${code}`),
      )
    await call()
    await call()
    expect(calls.at(-1)).toBe(outcome)
    expect(await stored(world, users.sam)).toMatchObject({ live })
  })
})

describe('a refresh that is refused', () => {
  it('marks the access dead, once and for all calls', async () => {
    const world = await start()
    await world.open(users.sam)
    world.portal.act.dismissUser(users.sam)
    world.portal.expireTokens(users.sam)
    await expect(profile(world, users.sam)).rejects.toMatchObject({ name: 'AccessRevokedError', code: 'invalid_grant' })
    await expect(profile(world, users.sam)).rejects.toMatchObject({ name: 'AccessRevokedError', code: 'NO_ACCESS' })
    // Each allowed server was asked once, as it is not known which one serves the portal.
    expect(world.emulator.refreshes).toHaveLength(2)
    expect(await stored(world, users.sam)).toMatchObject({ live: false, sealed: { refreshToken: null } })
  })

  it('because the app is gone or not paid for leaves the access alone', async () => {
    const world = await start()
    await world.open(users.sam)
    world.portal.expireTokens(users.sam)
    world.portal.act.expirePayment(true)
    await expect(profile(world, users.sam)).rejects.toBeInstanceOf(AppRemovedError)
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
    expect(sam).toMatchObject({ status: 'rejected', reason: expect.any(PortalUnavailableError) })
    expect(ines).toMatchObject({ status: 'fulfilled' })
    world.emulator.oauthFaults.down = false
    expect((await profile(world, users.sam)).ok).toBe(true)
  })
})

describe('an OAuth server whose answer nobody knows', () => {
  const unknown: [string, Fault][] = [
    ['a refusal that is not documented', { kind: 'status', status: 403, body: { error: 'app_blocked' } }],
    ['a refusal without a code', { kind: 'status', status: 400, body: { error_description: 'no' } }],
    ['a refusal of our own making', { kind: 'status', status: 400, body: { error: 'invalid_request' } }],
    ['a page', { kind: 'html' }],
    ['half an answer', { kind: 'cut' }],
    ['a list', { kind: 'status', status: 200, body: [] }],
    ['no fields', { kind: 'status', status: 200, body: {} }],
    ['wrong types', { kind: 'status', status: 200, body: { access_token: 1, refresh_token: [] } }],
  ]

  it.each(unknown)('(%s) costs nobody his access', async (_, fault) => {
    const world = await start()
    await world.open(users.sam)
    world.portal.expireTokens(users.sam)
    world.emulator.oauthFaults.next(fault)
    await expect(profile(world, users.sam)).rejects.toBeInstanceOf(PortalUnavailableError)
    expect(await stored(world, users.sam)).toMatchObject({ live: true })
    expect((await profile(world, users.sam)).ok).toBe(true)
  })

  it('is asked after growing pauses, not with every call', async () => {
    let now = new Date()
    const world = await start({ clock: () => now })
    world.portal.limits.enabled = false
    await world.open(users.sam)
    world.portal.expireTokens(users.sam)
    world.emulator.oauthFaults.next({ kind: 'status', status: 403, body: { error: 'app_blocked' }, times: 1000 })
    // Each try asks both servers.
    const tries = () => (1000 - (world.emulator.oauthFaults.waiting[0]?.times ?? 0)) / 2
    for (let call = 0; call < 15; call++) await profile(world, users.sam).catch(() => {})
    expect(tries()).toBe(2)
    for (let minute = 0; minute < 60; minute++) {
      now = new Date(now.getTime() + 60_000)
      for (let call = 0; call < 5; call++) await profile(world, users.sam).catch(() => {})
    }
    expect(tries()).toBeLessThan(30)
    expect(await stored(world, users.sam)).toMatchObject({ live: true })
  })
})

describe('a portal that refuses an access', () => {
  const refusal = (code: string, times = 1): Fault => {
    return { kind: 'status', status: 401, body: { error: code, error_description: 'no' }, times }
  }

  it.each(['NO_AUTH_FOUND', 'authorization_error', 'a_code_of_tomorrow'])(
    '(%s) has it renewed once, and is asked again with that',
    async (code) => {
      const world = await start()
      await world.open(users.sam)
      world.portal.faults.next(refusal(code))
      expect((await profile(world, users.sam)).ok).toBe(true)
      expect(world.emulator.refreshes).toMatchObject([{ userId: users.sam, error: null }])
      expect(await stored(world, users.sam)).toMatchObject({ live: true, refusedUntil: null })
    },
  )

  it('because it cannot reach its OAuth server is asked again later: nothing is renewed, nothing lost', async () => {
    const world = await start()
    await world.open(users.sam)
    world.portal.faults.next(refusal('CONNECTION_ERROR'))
    await expect(profile(world, users.sam)).rejects.toBeInstanceOf(PortalUnavailableError)
    expect(world.emulator.refreshes).toEqual([])
    expect((await profile(world, users.sam)).ok).toBe(true)
  })

  it('again, renewed as it is, lets it rest, and somebody else read meanwhile', async () => {
    let now = new Date()
    const world = await start({ clock: () => now })
    await world.open(users.admin, users.deputy)
    world.portal.faults.next({ ...refusal('NO_AUTH_FOUND', 2), userId: users.admin })
    const client = await world.clients.asReader(world.portal.memberId, 'work')
    expect(client.userId).toBe(users.admin)
    expect((await client.call('profile')).result).toMatchObject({ ID: String(users.deputy) })
    expect(world.emulator.refreshes).toMatchObject([{ userId: users.admin, error: null }])
    const rests = await stored(world, users.admin)
    expect(rests).toMatchObject({ live: true, refusals: 1 })
    expect(rests?.refusedUntil?.getTime()).toBeGreaterThan(now.getTime())
    await expect(profile(world, users.admin)).rejects.toMatchObject({
      name: 'AccessRevokedError',
      code: 'ACCESS_RESTS',
    })
    const asked = world.portal.requests.length
    now = new Date(now.getTime() + 61_000)
    expect((await profile(world, users.admin)).ok).toBe(true)
    expect(world.portal.requests.length).toBe(asked + 1)
    await expect.poll(() => stored(world, users.admin)).toMatchObject({ refusedUntil: null, refusals: 0 })
  })

  it('leaves an only administrator’s access for later, and longer each time, without renewing it with every call', async () => {
    let now = new Date()
    const world = await start({ clock: () => now })
    await world.open(users.admin)
    world.portal.faults.next(refusal('a_code_of_tomorrow', 1000))
    const ask = async () => (await world.clients.asReader(world.portal.memberId, 'work')).call('profile')
    for (let hour = 0; hour < 24 * 60; hour++) {
      await expect(ask()).rejects.toBeInstanceOf(AccessRevokedError)
      now = new Date(now.getTime() + 60_000)
    }
    expect(world.emulator.refreshes.length).toBeLessThan(14)
    expect(await stored(world, users.admin)).toMatchObject({ live: true })
    // He opens the app: at once all goes on.
    world.portal.faults.waiting.length = 0
    await world.open(users.admin)
    expect((await ask()).ok).toBe(true)
  })

  it('to one person only (the app is not for him) renews nothing', async () => {
    const world = await start()
    await world.open(users.sam)
    world.portal.act.setRights(users.sam, { app: false })
    await expect(profile(world, users.sam)).rejects.toMatchObject({ code: 'user_access_error' })
    expect(world.emulator.refreshes).toEqual([])
    expect(await stored(world, users.sam)).toMatchObject({ live: true, refusals: 1 })
  })
})

describe('a portal of the other OAuth server', () => {
  it('is refreshed there, and that server is remembered', async () => {
    const stranger = await serve((_, response) => response.end(JSON.stringify({ error: 'invalid_grant' })))
    stops.push(stranger.close)
    const world = await start()
    const oauthServers = [stranger.url, world.emulator.oauthUrl]
    const clients = createPortalClients({ ...world.deps, config: { ...world.deps.config, oauthServers } })
    stops.push(clients.close)
    await world.db.updateTable('portal').set({ oauth_server: stranger.url }).execute()
    await world.open(users.sam)
    for (let time = 0; time < 2; time++) {
      world.portal.expireTokens(users.sam)
      expect((await profile(world, users.sam, clients)).ok).toBe(true)
    }
    expect(stranger.seen).toHaveLength(1)
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
    await expect(profile(world, users.sam)).rejects.toMatchObject({
      name: 'AccessRevokedError',
      code: 'FOREIGN_ACCESS',
    })
    expect(await stored(world, users.sam)).toMatchObject({ live: false, sealed: { refreshToken: null } })
    expect(world.portal.requests).toHaveLength(0)
    expect(foreign.requests).toHaveLength(0)
    expect(world.logged.join()).not.toContain(pair.refreshToken)
  })
})

describe('the secret', () => {
  it('goes to configured servers only, whatever the portal was known by', async () => {
    const world = await start()
    const thief = await serve((_, response) => response.end('{}'))
    stops.push(thief.close)
    await world.open(users.sam)
    await world.db.updateTable('portal').set({ oauth_server: thief.url }).execute()
    world.portal.expireTokens(users.sam)
    expect((await profile(world, users.sam)).ok).toBe(true)
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
    expect(error).toBeInstanceOf(PortalUnavailableError)
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
    await expect(reader(world)).rejects.toBeInstanceOf(AccessRevokedError)
  })
})
