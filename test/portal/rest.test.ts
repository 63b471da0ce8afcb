import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SEED } from './index.ts'
import { call, type Fixture, json, result, setUp, tokenFor } from './testing.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await setUp([], { limits: { enabled: false } })
})
afterAll(() => fixture.stop())

const wanted = { entityTypeId: 2, id: SEED.deals.kim }

describe('a method can be called', () => {
  test.each([['/rest/crm.item.get'], ['/rest/crm.item.get.json'], ['/rest//crm.item.get'], ['/rest/CRM.Item.Get']])(
    'at %s',
    async (path) => {
      const query = new URLSearchParams({ entityTypeId: '2', id: String(SEED.deals.kim), auth: fixture.admin })
      const response = await fetch(`${fixture.portal.url}${path}?${query}`)
      expect(response.status).toBe(200)
      expect((await json(response)).result.item.id).toBe(SEED.deals.kim)
    },
  )

  test.each(['json', 'urlencoded', 'multipart'])('with a body in %s', async (format) => {
    const response = await fetch(`${fixture.portal.url}/rest/crm.item.list`, { method: 'POST', ...bodyOf(format) })
    const { items } = (await json(response)).result
    expect(items.map((item: { id: number }) => item.id)).toEqual([SEED.deals.kim, SEED.deals.lee])
  })

  function bodyOf(format: string): RequestInit {
    if (format === 'json') {
      const filter = { '@id': [SEED.deals.kim, SEED.deals.lee] }
      const headers = { 'content-type': 'application/json' }
      return { headers, body: JSON.stringify({ entityTypeId: 2, filter, auth: fixture.admin }) }
    }
    const pairs: [string, string][] = [
      ['entityTypeId', '2'],
      ['filter[@id][0]', String(SEED.deals.kim)],
      ['filter[@id][1]', String(SEED.deals.lee)],
      ['auth', fixture.admin],
    ]
    if (format === 'urlencoded') return { body: new URLSearchParams(pairs) }
    const form = new FormData()
    for (const [name, value] of pairs) form.append(name, value)
    return { body: form }
  }

  test('and a success carries the time object', async () => {
    const { body } = await call(fixture.portal, fixture.admin, 'server.time')
    expect(body.time).toEqual({
      start: expect.any(Number),
      finish: expect.any(Number),
      duration: expect.any(Number),
      processing: expect.any(Number),
      date_start: expect.stringMatching(/\+02:00$/),
      date_finish: expect.stringMatching(/\+02:00$/),
      operating_reset_at: expect.any(Number),
      operating: expect.any(Number),
    })
  })

  test('and stands in the request log', async () => {
    await call(fixture.portal, tokenFor(fixture.portal, SEED.users.sam), 'batch', {
      cmd: { a: 'profile', b: 'user.admin?x=1' },
    })
    const { at: _, ms: __, ...entry } = fixture.portal.requests.at(-1) ?? {}
    expect(entry).toEqual({ methods: ['profile', 'user.admin'], batch: true, userId: SEED.users.sam, status: 200 })
  })
})

describe('a call is refused', () => {
  test.each([
    ['without a token', ''],
    ['with an unknown token', 'nonsense'],
  ])('%s', async (_, auth) => {
    const { status, body } = await call(fixture.portal, auth, 'profile')
    expect([status, body.error]).toEqual([401, 'NO_AUTH_FOUND'])
  })

  test('with the token of another portal', async () => {
    const other = await fixture.emulator.addPortal()
    other.beginInstall()
    const { status, body } = await call(fixture.portal, tokenFor(other, SEED.users.admin), 'profile')
    expect([status, body.error]).toEqual([401, 'NO_AUTH_FOUND'])
  })

  test('with an expired token', async () => {
    const auth = tokenFor(fixture.portal, SEED.users.ines)
    fixture.portal.expireTokens(SEED.users.ines)
    const { status, body } = await call(fixture.portal, auth, 'profile')
    expect([status, body.error]).toEqual([401, 'expired_token'])
    expect((await call(fixture.portal, fixture.admin, 'profile')).status).toBe(200)
  })

  test('when its user was dismissed', async () => {
    const userId = fixture.portal.act.addUser()
    const auth = tokenFor(fixture.portal, userId)
    fixture.portal.act.dismissUser(userId)
    expect((await call(fixture.portal, auth, 'profile')).status).toBe(401)
  })

  test('when its user may not use the app', async () => {
    const userId = fixture.portal.act.addUser({ rights: { app: false } })
    const { status, body } = await call(fixture.portal, tokenFor(fixture.portal, userId), 'profile')
    expect([status, body.error]).toEqual([403, 'user_access_error'])
  })

  test('to guests of the extranet, where items are concerned', async () => {
    const auth = tokenFor(fixture.portal, SEED.users.extranet)
    const { status, body } = await call(fixture.portal, auth, 'crm.item.get', wanted)
    expect([status, body.error]).toEqual([403, 'allowed_only_intranet_user'])
  })

  test('without the scope', async () => {
    fixture.portal.world.app.scope = ['crm']
    const auth = tokenFor(fixture.portal, SEED.users.admin)
    const { status, body } = await call(fixture.portal, auth, 'voximplant.line.get')
    expect([status, body.error]).toEqual([403, 'insufficient_scope'])
    expect(await result(fixture.portal, auth, 'method.get', { name: 'voximplant.line.get' })).toEqual({
      isExisting: true,
      isAvailable: false,
    })
  })

  test('when the portal has no such method', async () => {
    const { status, body } = await call(fixture.portal, fixture.admin, 'crm.nothing.here')
    expect([status, body.error]).toEqual([404, 'ERROR_METHOD_NOT_FOUND'])
  })

  test('when the plan has no REST', async () => {
    fixture.portal.world.restAvailable = false
    const { status, body } = await call(fixture.portal, fixture.admin, 'profile')
    fixture.portal.world.restAvailable = true
    expect([status, body.error]).toEqual([403, 'ACCESS_DENIED'])
    expect(body.error_description).toContain('commercial plans')
  })
})
