import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { SEED } from './index.ts'
import { call, type Fixture, json, result, setUp, tokenFor } from './testing.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await setUp([], { limits: { enabled: false } })
})
afterEach(() => {
  vi.useRealTimers()
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

describe('the database', () => {
  const many = (method: string, params = {}) =>
    Promise.all(Array.from({ length: 40 }, () => call(fixture.portal, fixture.admin, method, params)))
  const withFaults = async <T>(percent: number, act: () => Promise<T>): Promise<T> => {
    fixture.portal.switches.sqlError = percent
    const answer = await act()
    fixture.portal.switches.sqlError = 0
    return answer
  }

  test('fails as often as the switch says, in the words of the method', async () => {
    const legacy = await withFaults(100, () => call(fixture.portal, fixture.admin, 'crm.activity.list'))
    const universal = await withFaults(100, () => call(fixture.portal, fixture.admin, 'crm.item.get', wanted))
    expect(legacy).toEqual({ status: 500, body: { error: 'ERROR_CORE', error_description: 'SQL query error!' } })
    expect([universal.status, universal.body.error]).toEqual([400, '400'])
    expect(universal.body.error_description).toMatch(/^Mysql query error: /)
    const answers = await withFaults(50, () => many('user.admin'))
    const failed = answers.filter(({ status }) => status === 500).length
    expect(failed).toBeGreaterThan(8)
    expect(failed).toBeLessThan(32)
  })

  test('fails single commands of a batch, without a status', async () => {
    const cmd = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`c${index}`, 'user.admin']))
    const { status, body } = await withFaults(50, () => call(fixture.portal, fixture.admin, 'batch', { cmd }))
    const failed = Object.keys(body.result.result_error).length
    expect([status, failed + Object.keys(body.result.result).length]).toEqual([200, 40])
    expect(failed).toBeGreaterThan(8)
    expect(Object.values(body.result.result_error)[0]).toEqual({
      error: 'ERROR_CORE',
      error_description: 'SQL query error!',
    })
  })

  test('may fail when the command is done', async () => {
    const before = fixture.portal.world.timeline.length
    const fields = { entityTypeId: 2, entityId: SEED.deals.kim, title: 'x', text: 'y' }
    const answers = await withFaults(100, () => many('crm.timeline.logmessage.add', { fields }))
    const written = fixture.portal.world.timeline.length - before
    expect(answers.every(({ body }) => body.error === '400')).toBe(true)
    expect(written).toBeGreaterThan(8)
    expect(written).toBeLessThan(32)
  })

  test('cannot read an empty list of ids that comes as JSON; from a form it vanishes, and everything is found', async () => {
    const asJson = await call(fixture.portal, fixture.admin, 'crm.item.list', {
      entityTypeId: 2,
      filter: { '@id': [] },
    })
    expect([asJson.status, asJson.body.error]).toEqual([400, '400'])
    const { result: answer } = (
      await call(fixture.portal, fixture.admin, 'batch', { cmd: { l: 'crm.item.list?entityTypeId=2' } })
    ).body
    const deals = [...fixture.portal.world.items.values()].filter(({ entityTypeId }) => entityTypeId === 2)
    expect(answer.result.l.items).toHaveLength(deals.length)
  })
})

describe('the plan', () => {
  test('says its family, and Enterprise bears more requests', async () => {
    const family = async () => (await result(fixture.portal, fixture.admin, 'app.info')).LICENSE_FAMILY
    expect(await family()).toBe('std')
    fixture.portal.switches.licenseFamily = 'ent'
    const enterprise = await family()
    Object.assign(fixture.portal.limits, { enabled: true, perSecond: 0, burst: 2 })
    const answers = await Promise.all(Array.from({ length: 12 }, () => call(fixture.portal, fixture.admin, 'profile')))
    Object.assign(fixture.portal.limits, { enabled: false, perSecond: 2, burst: 50 })
    fixture.portal.switches.licenseFamily = 'std'
    expect(enterprise).toBe('ent')
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10)
  })

  test('may lack automation: the methods are missing though the scope is granted', async () => {
    fixture.portal.switches.automationFeature = 'missing'
    const list = await call(fixture.portal, fixture.admin, 'bizproc.robot.list')
    const send = await call(fixture.portal, fixture.admin, 'bizproc.event.send', { event_token: 'x' })
    const known = await result(fixture.portal, fixture.admin, 'method.get', { name: 'bizproc.robot.add' })
    const scope = await result(fixture.portal, fixture.admin, 'scope')
    fixture.portal.switches.automationFeature = 'present'
    expect([list.status, list.body.error, send.body.error]).toEqual([404, ...Array(2).fill('ERROR_METHOD_NOT_FOUND')])
    expect(known).toEqual({ isExisting: false, isAvailable: false })
    expect(scope).toContain('bizproc')
  })
})

test('the zone of a user tells how far his clock is from the server’s', async () => {
  const zone = async () => (await result(fixture.portal, fixture.admin, 'profile')).TIME_ZONE
  expect(await zone()).toBe('')
  fixture.portal.switches.readerZoneOffset = -8
  const west = await zone()
  fixture.portal.switches.readerZoneOffset = 8
  const east = await zone()
  fixture.portal.switches.readerZoneOffset = 0
  const hour = (timeZone: string) =>
    Number(
      new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format(Date.UTC(2026, 0, 1, 12)),
    )
  expect([hour(west), hour(east)]).toEqual([6, 22])
})

describe('a call is refused', () => {
  test('while the portal cannot ask its OAuth server about a token', async () => {
    const [known, fresh] = [fixture.admin, tokenFor(fixture.portal, SEED.users.sam)]
    await call(fixture.portal, known, 'profile')
    const now = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now })
    fixture.portal.switches.oauthUnreachable = 30
    const answers = [await call(fixture.portal, fresh, 'profile'), await call(fixture.portal, 'nonsense', 'profile')]
    const cached = await call(fixture.portal, known, 'profile')
    vi.setSystemTime(now + 31_000)
    const later = await call(fixture.portal, fresh, 'profile')
    vi.useRealTimers()
    fixture.portal.switches.oauthUnreachable = 0
    expect(answers.map(({ status, body }) => [status, body.error])).toEqual(Array(2).fill([401, 'CONNECTION_ERROR']))
    expect([cached.status, later.status]).toEqual([200, 200])
  })

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
    const { status, body } = await call(fixture.portal, auth, 'profile')
    expect([status, body.error]).toEqual([401, 'authorization_error'])
  })

  test('when its user never confirmed the invitation', async () => {
    const userId = fixture.portal.act.addUser({ confirmed: false })
    const { status, body } = await call(fixture.portal, tokenFor(fixture.portal, userId), 'profile')
    expect([status, body.error]).toEqual([401, 'ACCESS_DENIED'])
  })

  test('when its user may not use the app', async () => {
    const userId = fixture.portal.act.addUser({ rights: { app: false } })
    const { status, body } = await call(fixture.portal, tokenFor(fixture.portal, userId), 'profile')
    expect([status, body.error]).toEqual([401, 'user_access_error'])
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
    expect([status, body.error]).toEqual([401, 'insufficient_scope'])
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
    expect([status, body.error]).toEqual([401, 'ACCESS_DENIED'])
    expect(body.error_description).toContain('commercial plans')
  })
})
