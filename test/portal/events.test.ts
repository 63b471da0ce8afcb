import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SEED } from './index.ts'
import { call, type Fixture, result, setUp, startInbox, tokenFor } from './testing.ts'

let fixture: Fixture
beforeEach(async () => {
  fixture = await setUp(['ONCRMACTIVITYADD'], { limits: { enabled: false } })
})
afterEach(() => fixture.stop())

const bind = (auth: string, params: object) =>
  call(fixture.portal, auth, 'event.bind', { handler: fixture.inbox.url, ...params })
const sendMails = async (number: number) => {
  for (let index = 0; index < number; index += 1) fixture.portal.act.sendMail({ updates: 0 })
  await fixture.portal.idle()
}

describe('event.bind', () => {
  test('refuses what is bound already and what does not exist', async () => {
    const again = await bind(fixture.admin, { event: 'OnCrmActivityAdd' })
    expect([again.status, again.body.error]).toEqual([400, 'ERROR_CORE'])
    expect(again.body.error_description).toMatch(/already bind/i)
    expect((await bind(fixture.admin, { event: 'ONNOTHING' })).body.error).toBe('ERROR_EVENT_NOT_FOUND')
    expect((await bind(fixture.admin, { event: 'ONCRMLEADADD', handler: '' })).body.error).toBe('ERROR_ARGUMENT')
  })

  test('knows only events of the app’s scopes', async () => {
    fixture.portal.world.app.scope = ['crm']
    const auth = tokenFor(fixture.portal, SEED.users.admin)
    expect((await bind(auth, { event: 'ONVOXIMPLANTCALLEND' })).body.error).toBe('ERROR_EVENT_NOT_FOUND')
  })

  test('lets employees bind for themselves only', async () => {
    const sam = tokenFor(fixture.portal, SEED.users.sam)
    const other = await bind(sam, { event: 'ONCRMLEADADD', auth_type: SEED.users.ines })
    expect([other.status, other.body.error]).toEqual([403, 'ACCESS_DENIED'])
    expect((await bind(sam, { event: 'ONCRMLEADADD' })).body.result).toBe(true)
    expect(await result(fixture.portal, sam, 'event.get')).toEqual([
      { event: 'ONCRMLEADADD', handler: fixture.inbox.url, auth_type: String(SEED.users.sam), offline: 0 },
    ])
    expect(await result(fixture.portal, fixture.admin, 'event.get')).toHaveLength(2)
  })
})

describe('event.unbind', () => {
  test('counts, tells auth_type apart, and without parameters removes all', async () => {
    const unbind = (params: object) => result(fixture.portal, fixture.admin, 'event.unbind', params)
    const activity = { event: 'ONCRMACTIVITYADD', handler: fixture.inbox.url }
    await bind(fixture.admin, { event: 'ONCRMACTIVITYADD', auth_type: SEED.users.sam })
    expect(await unbind({ ...activity, handler: 'http://elsewhere.example/' })).toEqual({ count: 0 })
    expect(await unbind({ ...activity, auth_type: 0 })).toEqual({ count: 1 })
    expect(await unbind(activity)).toEqual({ count: 1 })
    await bind(fixture.admin, { event: 'ONCRMLEADADD' })
    await bind(fixture.admin, { event: 'ONCRMDEALADD' })
    expect(await unbind({})).toEqual({ count: 2 })
  })
})

describe('an event', () => {
  test('is a nested form with handler id, time and auth', async () => {
    const { activityId } = fixture.portal.act.sendMail({ updates: 0, userId: SEED.users.ines })
    await fixture.portal.idle()
    expect(fixture.inbox.events).toEqual([
      {
        event: 'ONCRMACTIVITYADD',
        event_handler_id: '401',
        data: { FIELDS: { ID: String(activityId) } },
        ts: expect.stringMatching(/^\d{10}$/),
        auth: {
          access_token: expect.stringMatching(/^[0-9a-f]{70}$/),
          expires: expect.any(String),
          expires_in: '3600',
          scope: 'crm,placement,telephony,imopenlines,user_brief,bizproc',
          status: 'F',
          user_id: String(SEED.users.ines),
          domain: fixture.portal.domain,
          server_endpoint: `${fixture.emulator.oauthUrl}/rest/`,
          client_endpoint: `${fixture.portal.url}/rest/`,
          member_id: fixture.portal.memberId,
          application_token: fixture.portal.applicationToken,
        },
      },
    ])
    const auth = fixture.inbox.events[0]?.auth.access_token ?? ''
    expect((await result(fixture.portal, auth, 'profile')).ID).toBe(String(SEED.users.ines))
  })

  test('of a customer or a robot brings no token', async () => {
    fixture.portal.act.receiveMail()
    fixture.portal.act.sendMail({ byRobot: true, updates: 0 })
    await fixture.portal.idle()
    for (const { auth } of fixture.inbox.events) {
      expect(Object.keys(auth)).toEqual([
        'domain',
        'server_endpoint',
        'client_endpoint',
        'member_id',
        'application_token',
      ])
    }
  })

  test('brings the token of the handler’s auth_type, also when nobody caused it, by the switch', async () => {
    await result(fixture.portal, fixture.admin, 'event.unbind', {
      event: 'ONCRMACTIVITYADD',
      handler: fixture.inbox.url,
    })
    await bind(fixture.admin, { event: 'ONCRMACTIVITYADD', auth_type: SEED.users.ines })
    fixture.portal.act.receiveMail()
    await fixture.portal.idle()
    fixture.portal.switches.anonymousEventAuthWithAuthType = 'none'
    fixture.portal.act.receiveMail()
    fixture.portal.act.sendMail({ updates: 0 })
    await fixture.portal.idle()
    expect(fixture.inbox.events.map(({ auth }) => auth.user_id).sort()).toEqual(['16', '16', undefined])
    expect(fixture.inbox.events.every(({ auth }) => auth.refresh_token === undefined)).toBe(true)
  })

  test('brings no token of a dismissed user', async () => {
    await bind(fixture.admin, { event: 'ONAPPTEST', auth_type: SEED.users.dismissed })
    await call(fixture.portal, fixture.admin, 'event.test')
    await fixture.portal.idle()
    expect(fixture.inbox.events[0]?.auth).not.toHaveProperty('access_token')
  })

  test('ONAPPTEST carries what was passed, and the user’s tokens by the switch', async () => {
    await bind(fixture.admin, { event: 'ONAPPTEST', auth_type: SEED.users.ines })
    await call(fixture.portal, fixture.admin, 'event.test', { probe: 'x' })
    fixture.portal.switches.appTestAuthWithAuthType = 'none'
    await call(fixture.portal, fixture.admin, 'event.test')
    await fixture.portal.idle()
    const [first, second] = fixture.inbox.events.sort(
      (one, other) => Number('access_token' in other.auth) - Number('access_token' in one.auth),
    )
    expect(first).toMatchObject({ event: 'ONAPPTEST', data: { QUERY: { probe: 'x' } } })
    expect(first?.auth).toMatchObject({ user_id: '16', refresh_token: expect.any(String) })
    expect(second?.auth).not.toHaveProperty('access_token')
  })
})

describe('delivery', () => {
  test('is tried once, whatever the handler answers', async () => {
    fixture.inbox.status = 500
    await sendMails(1)
    expect(fixture.inbox.events).toHaveLength(1)
    expect(fixture.portal.deliveries.at(-1)).toMatchObject({ status: 500, lost: false, duplicate: false })
  })

  test('fails when nobody listens', async () => {
    const gone = await startInbox()
    gone.close()
    await bind(fixture.admin, { event: 'ONCRMDEALADD', handler: gone.url })
    fixture.portal.act.createItem({ entityTypeId: 2 })
    await fixture.portal.idle()
    expect(fixture.portal.deliveries.at(-1)).toMatchObject({ event: 'ONCRMDEALADD', status: null })
  })

  test('gives up after five seconds', { timeout: 10_000 }, async () => {
    fixture.inbox.delayMs = 6000
    const started = Date.now()
    await sendMails(1)
    expect(Date.now() - started).toBeGreaterThan(4900)
    expect(fixture.portal.deliveries.at(-1)?.status).toBeNull()
  })

  test('loses and doubles by percentage', async () => {
    fixture.portal.switches.lostDelivery = 100
    await sendMails(3)
    expect(fixture.inbox.events).toHaveLength(0)
    expect(fixture.portal.deliveries.filter(({ lost }) => lost)).toHaveLength(3)
    fixture.portal.switches.lostDelivery = 0
    fixture.portal.switches.duplicateDelivery = 100
    await sendMails(3)
    expect(fixture.inbox.events).toHaveLength(6)
    expect(fixture.portal.deliveries.filter(({ duplicate }) => duplicate)).toHaveLength(3)
  })
})

describe('the order of events', () => {
  const received = async (order: 'strict' | 'shuffled within 1 s') => {
    const own = await setUp(['ONCRMACTIVITYADD'], { eventDelayMs: [0, 60], switches: { eventOrder: order }, seed: 7 })
    for (let index = 0; index < 12; index += 1) own.portal.act.receiveMail()
    await own.portal.idle()
    await own.stop()
    return own.inbox.events.map(({ data }) => Number((data.FIELDS as { ID: string }).ID))
  }

  test('is shuffled unless it is strict', async () => {
    const sorted = Array.from({ length: 12 }, (_, index) => 9101 + index)
    expect(await received('strict')).toEqual(sorted)
    const shuffled = await received('shuffled within 1 s')
    expect(shuffled).not.toEqual(sorted)
    expect([...shuffled].sort()).toEqual(sorted)
  })
})

describe('a chain of events and calls with their own tokens', () => {
  test('is cut after seven links', async () => {
    await bind(fixture.admin, { event: 'ONCRMDEALUPDATE' })
    const deal = fixture.portal.act.createItem({ entityTypeId: 2 })
    await fixture.portal.idle()
    fixture.portal.act.changeField(deal, { title: 'link 0' })
    for (let link = 1; link <= 10; link += 1) {
      await fixture.portal.idle()
      const token = fixture.inbox.events.at(-1)?.auth.access_token ?? ''
      await call(fixture.portal, token, 'crm.item.update', {
        entityTypeId: 2,
        id: deal.id,
        fields: { title: `link ${link}` },
      })
    }
    await fixture.portal.idle()
    expect(deal.title).toBe('link 10')
    expect(fixture.inbox.events.filter(({ event }) => event === 'ONCRMDEALUPDATE')).toHaveLength(8)
  })
})
