import nock from 'nock'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { exchangeRefreshToken } from '../../../lib/bitrix24/auth/exchange.ts'
import type { OAuthDeps } from '../../../lib/bitrix24/auth/oauth.ts'
import { SEED } from '../../portal/index.ts'
import { type SetUp, serve, setUp } from './set-up.ts'

const { users } = SEED

describe('a refresh token of a frame', () => {
  let world: SetUp
  beforeAll(async () => {
    world = await setUp()
  })
  afterAll(() => world.stop())

  it('is exchanged for the portal, the user and his access', async () => {
    const { body } = world.portal.openApp(users.sam)
    const before = Date.now()
    const found = await world.clients.exchange(body.SERVER_ENDPOINT ?? '', body.REFRESH_ID ?? '')
    expect(found).toMatchObject({
      endpoint: `${world.portal.url}/rest/`,
      domain: world.portal.domain,
      oauthServer: world.emulator.oauthUrl,
      memberId: world.portal.memberId,
      userId: users.sam,
      accessToken: world.portal.tokensOf(users.sam)[0]?.accessToken,
    })
    expect(found.expiresAt.getTime()).toBeGreaterThanOrEqual(found.issuedAt.getTime() + 3_600_000)
    expect(found.issuedAt.getTime()).toBeGreaterThanOrEqual(before)
    const again = world.clients.exchange(body.SERVER_ENDPOINT ?? '', body.REFRESH_ID ?? '')
    await expect(again).rejects.toMatchObject({ name: 'AccessRevokedError', code: 'invalid_grant' })
  })

  it.each(['https://oauth.evil.example/rest/', '', 'nonsense', 'file:///etc/passwd'])(
    'is sent to no server that is not configured: %j',
    async (server) => {
      const sent = world.clients.exchange(server, 'token')
      await expect(sent).rejects.toMatchObject({ name: 'RejectedError', code: 'OAUTH_SERVER_NOT_ALLOWED' })
    },
  )

  it('tells of an app that is not there, and of one that is not paid for', async () => {
    const { body } = world.portal.openApp(users.sam)
    const server = body.SERVER_ENDPOINT ?? ''
    world.portal.act.expirePayment(true)
    await expect(world.clients.exchange(server, body.REFRESH_ID ?? '')).rejects.toMatchObject({
      name: 'AppRemovedError',
      code: 'PAYMENT_REQUIRED',
    })
    world.portal.act.expirePayment(false)
    world.portal.act.uninstallApp()
    await expect(world.clients.exchange(server, body.REFRESH_ID ?? '')).rejects.toMatchObject({
      name: 'AppRemovedError',
      code: 'invalid_client',
    })
  })
})

describe('an odd answer of the OAuth server', () => {
  const oauth = 'https://oauth.example'
  const now = new Date('2026-08-29T10:00:00Z')
  const deps: OAuthDeps = {
    clock: () => now,
    config: {
      clientId: 'app.demo',
      clientSecret: 'canary-secret',
      oauthServers: [oauth],
      allowHttp: false,
      allowPrivate: false,
    },
  }
  const good = {
    access_token: 'a',
    refresh_token: 'r',
    client_endpoint: 'https://acme.bitrix24.com/rest/',
    member_id: 'm1',
  }
  const answer = (status: number, body: object | string) => nock(oauth).post('/oauth/token/').reply(status, body)
  const ask = () => exchangeRefreshToken(deps, `${oauth}/rest/`, 'canary-refresh')

  beforeAll(() => nock.disableNetConnect())
  afterEach(() => nock.cleanAll())
  afterAll(() => nock.restore())

  it('sends the secret in the body only', async () => {
    const seen: string[] = []
    nock(oauth)
      .post('/oauth/token/')
      .reply(200, async (request: Request) => {
        seen.push(request.url, await request.text())
        return good
      })
    await ask()
    expect(seen[0]).toBe(`${oauth}/oauth/token/`)
    expect(Object.fromEntries(new URLSearchParams(seen[1]))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'app.demo',
      client_secret: 'canary-secret',
      refresh_token: 'canary-refresh',
    })
  })

  it.each([
    ['neither', {}, 3600],
    ['expires_in', { expires_in: 1800 }, 1800],
    ['expires', { expires: now.getTime() / 1000 + 900 }, 900],
    ['both, by another clock', { expires: 5, expires_in: '3600' }, 3600],
  ])('with %s of expires and expires_in serves as long as it says', async (_, more, seconds) => {
    answer(200, { ...good, ...more })
    expect((await ask()).expiresAt).toEqual(new Date(now.getTime() + seconds * 1000))
  })

  it.each([
    ['expires', { expires: 'soon' }],
    ['expires_in', { expires_in: -5 }],
    ['scope', { scope: ['crm'] }],
    ['user_id', { user_id: 'me' }],
    ['error', { error: '' }],
    ['error', { error: null }],
  ])('with an odd %s is one all the same: the refresh token is used up by then', async (_, more) => {
    answer(200, { ...good, ...more })
    expect(await ask()).toMatchObject({ accessToken: 'a', refreshToken: 'r', userId: null })
  })

  it('without a user leaves him open', async () => {
    answer(200, good)
    expect((await ask()).userId).toBeNull()
    answer(200, { ...good, user_id: '15' })
    expect((await ask()).userId).toBe(15)
  })

  it.each([
    ['an address without TLS', { client_endpoint: 'http://acme.bitrix24.com/rest/' }, 'ADDRESS_REFUSED'],
    ['a private address', { client_endpoint: 'https://192.168.1.5/rest/' }, 'ADDRESS_REFUSED'],
    ['no address', { client_endpoint: 'acme' }, 'ADDRESS_REFUSED'],
    ['an odd member id', { member_id: '../x' }, 'ODD_MEMBER_ID'],
  ])('with %s is refused', async (_, more, code) => {
    answer(200, { ...good, ...more })
    await expect(ask()).rejects.toMatchObject({ name: 'RejectedError', code })
  })

  it.each([
    [200, '<html>', 'PortalUnavailableError', 'OAUTH_UNEXPECTED_ANSWER'],
    [200, { access_token: 'a' }, 'PortalUnavailableError', 'OAUTH_UNEXPECTED_ANSWER'],
    [502, 'bad gateway', 'PortalUnavailableError', 'OAUTH_UNEXPECTED_ANSWER'],
    [500, { error: 'server_error' }, 'PortalUnavailableError', 'server_error'],
    [400, { error: 'invalid_grant' }, 'AccessRevokedError', 'invalid_grant'],
    [200, { error: 'invalid_grant' }, 'AccessRevokedError', 'invalid_grant'],
    [401, { error: 'invalid_client' }, 'AppRemovedError', 'invalid_client'],
    [402, { error: 'PAYMENT_REQUIRED' }, 'AppRemovedError', 'PAYMENT_REQUIRED'],
    [400, { error: 'invalid_scope' }, 'PortalUnavailableError', 'invalid_scope'],
    [400, { error: 'invalid_request' }, 'PortalUnavailableError', 'invalid_request'],
    [403, { error: 'temporarily_blocked' }, 'PortalUnavailableError', 'temporarily_blocked'],
    [400, { error: { code: 'invalid_grant' } }, 'PortalUnavailableError', 'OAUTH_UNEXPECTED_ANSWER'],
    [400, { error: 1 }, 'PortalUnavailableError', 'OAUTH_UNEXPECTED_ANSWER'],
    [400, ['invalid_grant'], 'PortalUnavailableError', 'OAUTH_UNEXPECTED_ANSWER'],
    [200, 'null', 'PortalUnavailableError', 'OAUTH_UNEXPECTED_ANSWER'],
    [200, '{"access_token":"a","refresh_', 'PortalUnavailableError', 'OAUTH_UNEXPECTED_ANSWER'],
    [200, { access_token: 5, refresh_token: {}, member_id: 'm1' }, 'PortalUnavailableError', 'OAUTH_UNEXPECTED_ANSWER'],
  ])('(%i %j) is %s', async (status, body, name, code) => {
    answer(status, body)
    const error = await ask().catch((thrown) => thrown)
    expect(error).toMatchObject({ name, code })
    expect([error.stack, JSON.stringify(error)].join()).not.toContain('canary')
  })

  it('without an address of the portal makes none known', async () => {
    answer(200, { ...good, client_endpoint: undefined })
    await expect(ask()).rejects.toMatchObject({ name: 'PortalUnavailableError', code: 'OAUTH_UNEXPECTED_ANSWER' })
  })

  it('that never comes is given up', async () => {
    nock.enableNetConnect('127.0.0.1')
    const silent = await serve(() => {})
    const config = { ...deps.config, oauthServers: [silent.url] }
    const asked = exchangeRefreshToken({ ...deps, config, oauthTimeoutMs: 50 }, silent.url, 'x')
    await expect(asked).rejects.toMatchObject({ name: 'PortalUnavailableError', code: 'OAUTH_TIMEOUT' })
    await silent.close()
  })
})

describe('a portal that names no OAuth server', () => {
  const now = new Date('2026-08-29T10:00:00Z')
  const good = {
    access_token: 'a',
    refresh_token: 'r',
    client_endpoint: 'https://acme.bitrix24.com/rest/',
    member_id: 'm1',
  }
  const no = { error: 'invalid_grant' }
  const stranger = { error: 'invalid_client' }

  /** Two servers that answer so; what came of it, and how often each was asked. */
  async function ask(one: object | string, other: object | string) {
    const servers = await Promise.all([one, other].map((body) => serve((_, response) => response.end(asText(body)))))
    const config = {
      clientId: 'app.demo',
      clientSecret: 'canary-secret',
      oauthServers: servers.map(({ url }) => url),
      allowHttp: false,
      allowPrivate: false,
    }
    const found = await exchangeRefreshToken({ clock: () => now, config }, undefined, 'x').catch((thrown) => thrown)
    await Promise.all(servers.map(({ close }) => close()))
    const position = config.oauthServers.indexOf(found.oauthServer)
    return {
      outcome: position < 0 ? `${found.name} ${found.code}` : position,
      asked: servers.map(({ seen }) => seen.length),
    }
  }
  const asText = (body: object | string) => (typeof body === 'string' ? body : JSON.stringify(body))

  it.each([
    ['the first one knows it', good, no, 0, [1, 0]],
    ['only the second one knows it', no, good, 1, [1, 1]],
    ['the first one knows no such app', stranger, good, 1, [1, 1]],
    ['the first one is in trouble', '<html>', good, 1, [1, 1]],
    ['neither knows it', no, no, 'AccessRevokedError invalid_grant', [1, 1]],
    ['one refuses it and the other knows no such app', stranger, no, 'AccessRevokedError invalid_grant', [1, 1]],
    ['neither knows such an app', stranger, stranger, 'AppRemovedError invalid_client', [1, 1]],
    [
      'one refuses it and the other is in trouble',
      no,
      '<html>',
      'PortalUnavailableError OAUTH_UNEXPECTED_ANSWER',
      [1, 1],
    ],
    [
      'one refuses it and the other’s refusal is not known',
      no,
      { error: 'busy' },
      'PortalUnavailableError busy',
      [1, 1],
    ],
    [
      'the one that knows it wants money',
      { error: 'PAYMENT_REQUIRED' },
      no,
      'AppRemovedError PAYMENT_REQUIRED',
      [1, 0],
    ],
  ])('is looked for at each in turn: %s', async (_, one, other, outcome, asked) => {
    expect(await ask(one, other)).toEqual({ outcome, asked })
  })
})
