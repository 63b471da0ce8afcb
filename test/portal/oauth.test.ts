import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SEED } from './index.ts'
import { askToken, call, type Fixture, json, result, setUp } from './testing.ts'

let fixture: Fixture
beforeEach(async () => {
  fixture = await setUp([], { appUrl: 'http://app.example' })
})
afterEach(() => fixture.stop())

const refresh = (token: string) => askToken(fixture.emulator, { grant_type: 'refresh_token', refresh_token: token })
const opened = (userId: number = SEED.users.sam) => fixture.portal.openApp(userId).body

describe('refreshing', () => {
  test('gives a new pair, by GET and by POST', async () => {
    const first = await refresh(opened().REFRESH_ID)
    expect(first.status).toBe(200)
    expect(first.body).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      client_endpoint: `${fixture.portal.url}/rest/`,
      server_endpoint: `${fixture.emulator.oauthUrl}/rest/`,
      domain: new URL(fixture.emulator.oauthUrl).host,
      expires: expect.any(Number),
      expires_in: 3600,
      member_id: fixture.portal.memberId,
      scope: 'crm,placement,telephony,imopenlines,user_brief,bizproc',
      status: 'F',
      user_id: SEED.users.sam,
    })
    const { clientId: client_id, clientSecret: client_secret } = fixture.emulator
    const fields = { grant_type: 'refresh_token', client_id, client_secret, refresh_token: first.body.refresh_token }
    const response = await fetch(`${fixture.emulator.oauthUrl}/oauth/token/`, {
      method: 'POST',
      body: new URLSearchParams(fields),
    })
    const second = await json(response)
    expect((await result(fixture.portal, second.access_token, 'profile')).ID).toBe(String(SEED.users.sam))
    expect(fixture.emulator.refreshes.map(({ userId, error }) => [userId, error])).toEqual([
      [SEED.users.sam, null],
      [SEED.users.sam, null],
    ])
  })

  test('works once with each refresh token, or for a while, by the switch', async () => {
    const { REFRESH_ID } = opened()
    await refresh(REFRESH_ID)
    expect((await refresh(REFRESH_ID)).body.error).toBe('invalid_grant')
    fixture.portal.switches.oldRefreshTokenGrace = 60
    expect((await refresh(REFRESH_ID)).status).toBe(200)
  })

  test('is refused with wrong keys, unknown tokens and to dismissed users', async () => {
    const { REFRESH_ID } = opened(SEED.users.ines)
    const wrong = await askToken(fixture.emulator, {
      grant_type: 'refresh_token',
      refresh_token: REFRESH_ID,
      client_secret: 'x',
    })
    expect([wrong.status, wrong.body.error]).toEqual([401, 'invalid_client'])
    expect((await refresh('nonsense')).body.error).toBe('invalid_grant')
    expect((await askToken(fixture.emulator, { refresh_token: REFRESH_ID })).body.error).toBe('invalid_request')
    fixture.portal.act.dismissUser(SEED.users.ines)
    expect((await refresh(REFRESH_ID)).body.error).toBe('invalid_grant')
  })

  test('is refused when the paid time is over', async () => {
    fixture.portal.act.expirePayment(true)
    const refused = await refresh(opened().REFRESH_ID)
    expect([refused.status, refused.body.error]).toEqual([402, 'PAYMENT_REQUIRED'])
    fixture.portal.switches.paymentRequiredStatus = 403
    expect((await refresh(opened().REFRESH_ID)).status).toBe(403)
  })

  test('is refused after the app was uninstalled', async () => {
    const { REFRESH_ID, AUTH_ID } = opened()
    fixture.portal.act.uninstallApp()
    const refused = await refresh(REFRESH_ID)
    expect([refused.status, refused.body.error]).toEqual([401, 'invalid_client'])
    expect((await call(fixture.portal, AUTH_ID, 'profile')).status).toBe(401)
    const info = await fetch(`${fixture.emulator.oauthUrl}/rest/app.info?auth=${AUTH_ID}`)
    expect(info.status).toBe(401)
  })
})

describe('an authorisation code', () => {
  const login = (query: Record<string, string>) =>
    fetch(`${fixture.portal.url}/oauth/authorize/?${new URLSearchParams(query)}`, { redirect: 'manual' })

  test('comes to the app’s page and is exchanged once', async () => {
    const response = await login({ client_id: fixture.emulator.clientId, state: 'abc', user: String(SEED.users.ines) })
    const target = new URL(response.headers.get('location') ?? '')
    expect([response.status, target.origin, target.pathname]).toEqual([302, 'http://app.example', '/app'])
    expect(Object.fromEntries(target.searchParams)).toMatchObject({
      state: 'abc',
      domain: fixture.portal.domain,
      member_id: fixture.portal.memberId,
      server_domain: new URL(fixture.emulator.oauthUrl).host,
    })
    const code = target.searchParams.get('code') ?? ''
    const { body } = await askToken(fixture.emulator, { grant_type: 'authorization_code', code })
    expect((await result(fixture.portal, body.access_token, 'profile')).ID).toBe(String(SEED.users.ines))
    expect([body.user_id, body.expires]).toEqual([undefined, undefined])
    const again = await askToken(fixture.emulator, { grant_type: 'authorization_code', code })
    expect(again.body.error).toBe('invalid_grant')
  })

  test('is not given to strangers, and nothing is redirected', async () => {
    expect((await login({ client_id: 'app.other', user: '15' })).status).toBe(404)
    expect((await login({ client_id: fixture.emulator.clientId, user: String(SEED.users.dismissed) })).status).toBe(403)
    const page = await login({ client_id: fixture.emulator.clientId })
    expect(await page.text()).toContain('Sam Seller')
  })
})

describe('tokens', () => {
  test('live as long as the emulator says', async () => {
    const short = await setUp([], {}, { tokenSeconds: 0.05 })
    const { AUTH_ID, AUTH_EXPIRES } = short.portal.openApp(SEED.users.sam).body
    expect(AUTH_EXPIRES).toBe('0.05')
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect((await call(short.portal, AUTH_ID, 'profile')).body.error).toBe('expired_token')
    await short.stop()
  })

  test('are listed by user, newest first', async () => {
    const { AUTH_ID } = opened()
    expect(fixture.portal.tokensOf(SEED.users.sam)[0]?.accessToken).toBe(AUTH_ID)
  })
})

test('app.info of the OAuth server can be trusted', async () => {
  const response = await fetch(`${fixture.emulator.oauthUrl}/rest/app.info?auth=${opened().AUTH_ID}`)
  expect((await json(response)).result).toMatchObject({ CODE: fixture.emulator.appCode, STATUS: 'F', INSTALLED: true })
})

describe('the other OAuth server', () => {
  const ask = async (server: string | undefined, refresh_token: string) => {
    const keys = { client_id: fixture.emulator.clientId, client_secret: fixture.emulator.clientSecret }
    const query = new URLSearchParams({ ...keys, grant_type: 'refresh_token', refresh_token })
    return json(await fetch(`${server}/oauth/token/?${query}`))
  }
  const info = async (server: string | undefined, auth: string) =>
    json(await fetch(`${server}/rest/app.info?auth=${auth}`))

  test('knows the portals that belong to it, and those alone', async () => {
    const [usual, other] = fixture.emulator.oauthUrls
    const theirs = await fixture.emulator.addPortal({ switches: { oauthServer: 'the other' } })
    const { AUTH_ID, REFRESH_ID, SERVER_ENDPOINT } = theirs.beginInstall().body
    expect(SERVER_ENDPOINT).toBe(`${other}/rest/`)
    expect([(await info(usual, AUTH_ID)).error, (await info(other, AUTH_ID)).result.CODE]).toEqual([
      'NO_AUTH_FOUND',
      fixture.emulator.appCode,
    ])
    expect((await ask(usual, REFRESH_ID ?? '')).error).toBe('invalid_grant')
    expect(await ask(other, REFRESH_ID ?? '')).toMatchObject({ server_endpoint: `${other}/rest/`, user_id: 1 })
    expect((await ask(other, opened().REFRESH_ID ?? '')).error).toBe('invalid_grant')
    expect(fixture.emulator.refreshes.slice(-3).map(({ server }) => server)).toEqual([usual, other, other])
  })
})
