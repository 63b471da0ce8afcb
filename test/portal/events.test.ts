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
  test('counts, tells auth_type apart, and demands event and handler', async () => {
    const unbind = (params: object) => result(fixture.portal, fixture.admin, 'event.unbind', params)
    const activity = { event: 'ONCRMACTIVITYADD', handler: fixture.inbox.url }
    await bind(fixture.admin, { event: 'ONCRMACTIVITYADD', auth_type: SEED.users.sam })
    expect(await unbind({ ...activity, handler: 'http://elsewhere.example/' })).toEqual({ count: 0 })
    expect(await unbind({ ...activity, auth_type: 0 })).toEqual({ count: 1 })
    expect(await unbind(activity)).toEqual({ count: 1 })
    await bind(fixture.admin, { event: 'ONCRMLEADADD' })
    for (const params of [{}, { event: 'ONCRMLEADADD' }, { handler: fixture.inbox.url }]) {
      const { status, body } = await call(fixture.portal, fixture.admin, 'event.unbind', params)
      expect([status, body.error]).toEqual([400, 'ERROR_ARGUMENT'])
    }
    expect(await result(fixture.portal, fixture.admin, 'event.get')).toHaveLength(1)
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
      expect(Object.keys(auth)).toEqual(['domain', 'member_id', 'application_token'])
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

describe('a subscription', () => {
  const activity = { event: 'ONCRMACTIVITYADD' }
  const heard = async () => {
    await sendMails(1)
    return fixture.inbox.events.splice(0).length
  }
  const unbind = () => call(fixture.portal, fixture.admin, 'event.unbind', { ...activity, handler: fixture.inbox.url })
  /** The app is not installed for a while, and somebody writes an e-mail meanwhile. */
  const happenUnheard = async () => {
    fixture.portal.beginInstall()
    expect(await heard()).toBe(0)
  }

  test('dies when its event finds no installed app; the end of the installation does not revive it', async () => {
    await happenUnheard()
    fixture.portal.finishInstall()
    expect(await heard()).toBe(0)
    expect(await result(fixture.portal, fixture.admin, 'event.get')).toHaveLength(1)
  })

  test('is not revived by a refused duplicate, but by a new row, whoever binds it', async () => {
    await happenUnheard()
    fixture.portal.finishInstall()
    expect((await bind(fixture.admin, activity)).body.error).toBe('ERROR_CORE')
    expect(await heard()).toBe(0)
    await bind(tokenFor(fixture.portal, SEED.users.sam), { ...activity, handler: `${fixture.inbox.url}/sam` })
    expect(await heard()).toBe(2)
  })

  test('that is bound again while the app waits for its installer dies again', async () => {
    await happenUnheard()
    await unbind()
    await bind(fixture.admin, activity)
    expect(await heard()).toBe(0)
    fixture.portal.finishInstall()
    expect(await heard()).toBe(0)
    await unbind()
    await bind(fixture.admin, activity)
    expect(await heard()).toBe(1)
  })

  test('of one name says nothing about others', async () => {
    await bind(fixture.admin, { event: 'ONCRMLEADADD' })
    await happenUnheard()
    fixture.portal.finishInstall()
    fixture.portal.act.createItem({ entityTypeId: 1 })
    await fixture.portal.idle()
    expect(fixture.inbox.events.map(({ event }) => event)).toEqual(['ONCRMLEADADD'])
  })

  test('lives on where another installed app listens, and always by the switch', async () => {
    fixture.portal.act.bindForOtherApp('ONCRMACTIVITYADD')
    await happenUnheard()
    fixture.portal.finishInstall()
    expect(await heard()).toBe(1)
    fixture.portal.world.otherListeners = []
    fixture.portal.switches.deadSubscriptions = 'never'
    await happenUnheard()
    fixture.portal.finishInstall()
    expect(await heard()).toBe(1)
  })

  test('to ONAPPTEST dies like any other', async () => {
    await bind(fixture.admin, { event: 'ONAPPTEST' })
    fixture.portal.beginInstall()
    expect(await result(fixture.portal, fixture.admin, 'event.test')).toBe(1)
    fixture.portal.finishInstall()
    await result(fixture.portal, fixture.admin, 'event.test')
    await fixture.portal.idle()
    expect(fixture.inbox.events).toEqual([])
  })
})

describe('within one hit of the portal', () => {
  beforeEach(() => bind(fixture.admin, { event: 'ONCRMDEALUPDATE' }))
  const titles = { a: 'one', b: 'two' }
  const update = (title: string, id: number = SEED.deals.kim) =>
    `crm.item.update?entityTypeId=2&id=${id}&fields[title]=${title}`
  const updatesOf = async (cmd: Record<string, string>) => {
    await result(fixture.portal, fixture.admin, 'batch', { cmd })
    await fixture.portal.idle()
    return fixture.inbox.events.splice(0).map(({ data }) => (data.FIELDS as { ID: string }).ID)
  }

  test('equal events are sent once to each handler, others all', async () => {
    expect(await updatesOf({ a: update(titles.a), b: update(titles.b) })).toEqual([String(SEED.deals.kim)])
    expect(await updatesOf({ a: update('three'), b: update('three', SEED.deals.lee) })).toHaveLength(2)
    await bind(fixture.admin, { event: 'ONCRMDEALUPDATE', handler: `${fixture.inbox.url}/2` })
    expect(await updatesOf({ a: update(titles.a), b: update(titles.b) })).toHaveLength(2)
  })

  test('and in another hit once more', async () => {
    for (const title of Object.values(titles)) await updatesOf({ a: update(title) })
    expect(fixture.portal.deliveries.filter(({ event }) => event === 'ONCRMDEALUPDATE')).toHaveLength(2)
  })
})

describe('delivery', () => {
  test('is tried once, whatever the handler answers', async () => {
    fixture.inbox.status = 500
    await sendMails(1)
    expect(fixture.inbox.events).toHaveLength(1)
    expect(fixture.portal.deliveries.at(-1)).toMatchObject({ status: 500, lost: false, duplicate: false })
  })

  test('opens a connection of its own: the handler may close one that rests just as an event goes out', async () => {
    await sendMails(1)
    const before = fixture.inbox.connections
    await sendMails(1)
    await sendMails(1)
    expect(fixture.inbox.connections - before).toBe(2)
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
