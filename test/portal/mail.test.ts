import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SEED } from './index.ts'
import { call, type Fixture, result, setUp, tokenFor } from './testing.ts'

const EVENTS = ['ONCRMACTIVITYADD', 'ONCRMACTIVITYUPDATE', 'ONCRMACTIVITYDELETE']
let fixture: Fixture
beforeEach(async () => {
  fixture = await setUp(EVENTS, { limits: { enabled: false }, switches: { eventOrder: 'strict' } })
})
afterEach(() => fixture.stop())

const arrived = async () => {
  await fixture.portal.idle()
  return fixture.inbox.events.splice(0).map(({ event }) => event.replace('ONCRMACTIVITY', ''))
}
const read = (id: number) => result(fixture.portal, fixture.admin, 'crm.activity.get', { id })
const { kim, lee, leePartner, leePartnerLater } = SEED.deals
const { contacts, companies } = SEED

describe('an outgoing e-mail', () => {
  test('is added, then updated once or twice; SETTINGS come with the first update', async () => {
    const { activityId, messageId } = fixture.portal.act.sendMail({ settingsAfterMs: 500 })
    expect((await read(activityId)).SETTINGS).toEqual([])
    expect(await arrived()).toEqual(['ADD', 'UPDATE', 'UPDATE'])
    const mail = await read(activityId)
    expect(mail).toMatchObject({
      TYPE_ID: '4',
      PROVIDER_ID: 'CRM_EMAIL',
      DIRECTION: '2',
      COMPLETED: 'Y',
      DESCRIPTION_TYPE: '3',
    })
    expect(mail).toMatchObject({
      OWNER_TYPE_ID: '2',
      OWNER_ID: String(kim),
      PROVIDER_PARAMS: [],
      IS_INCOMING_CHANNEL: 'N',
    })
    expect(mail.SETTINGS).toMatchObject({ IS_BATCH_EMAIL: false, MESSAGE_HEADERS: { 'Message-Id': messageId } })
    fixture.portal.act.sendMail({ updates: 1 })
    expect(await arrived()).toEqual(['ADD', 'UPDATE'])
  })

  test('of an automation rule says so', async () => {
    const { activityId } = fixture.portal.act.sendMail({ byRobot: true })
    expect((await read(activityId)).SETTINGS).toMatchObject({
      BP_ACTIVITY_ID: expect.any(String),
      BP_TEMPLATE_ID: '37',
    })
  })

  test('is marked when it is first opened, without any event', async () => {
    const { activityId } = fixture.portal.act.sendMail()
    await arrived()
    const before = await read(activityId)
    const at = new Date(Date.now() + 5000)
    fixture.portal.act.openMail(activityId, { at })
    fixture.portal.act.openMail(activityId)
    expect(await arrived()).toEqual([])
    const after = await read(activityId)
    expect(after.SETTINGS.READ_CONFIRMED).toBe(Math.floor(at.getTime() / 1000))
    expect(after.LAST_UPDATED).toBe(before.LAST_UPDATED)
  })

  test('tells the opening as text and with an event, by the switches', async () => {
    Object.assign(fixture.portal.switches, { readConfirmedType: 'string', mailReadEvent: 'activityUpdate' })
    const { activityId } = fixture.portal.act.sendMail()
    await arrived()
    fixture.portal.act.openMail(activityId)
    expect(await arrived()).toEqual(['UPDATE'])
    expect((await read(activityId)).SETTINGS.READ_CONFIRMED).toEqual(expect.stringMatching(/^\d+$/))
  })

  test('tells the first click, not which link, and no view', async () => {
    const { activityId } = fixture.portal.act.sendMail()
    await arrived()
    fixture.portal.act.clickMailLink(activityId)
    fixture.portal.act.clickMailLink(activityId)
    expect(await arrived()).toEqual(['UPDATE'])
    const { SETTINGS } = await read(activityId)
    expect([SETTINGS.CLICK_CONFIRMED, SETTINGS.READ_CONFIRMED]).toEqual([expect.any(Number), undefined])
    fixture.portal.switches.mailClickEvent = 'none'
    const silent = fixture.portal.act.sendMail()
    await arrived()
    fixture.portal.act.clickMailLink(silent.activityId)
    expect(await arrived()).toEqual([])
    expect((await read(silent.activityId)).SETTINGS.CLICK_CONFIRMED).toEqual(expect.any(Number))
  })

  test('of a mailbox’s Sent folder was sent long before it is added, and is not tracked', async () => {
    const id = fixture.portal.act.findSentMail({ writtenAt: new Date('2026-01-15T10:00:00Z') })
    expect(await arrived()).toEqual(['ADD'])
    const mail = await read(id)
    expect(mail).toMatchObject({ DIRECTION: '2', COMPLETED: 'Y', START_TIME: '2026-01-15T12:00:00+02:00' })
    expect(Math.abs(new Date(mail.CREATED).getTime() - Date.now())).toBeLessThan(60_000)
    expect(Object.keys(mail.SETTINGS)).toEqual(['EMAIL_META'])
  })

  test('may show no headers', async () => {
    const { activityId } = fixture.portal.act.sendMail({ headers: false })
    expect((await read(activityId)).SETTINGS).not.toHaveProperty('MESSAGE_HEADERS')
  })

  test('that is not tracked keeps no trace', async () => {
    const { activityId } = fixture.portal.act.sendMail({ tracked: false })
    const foreign = fixture.portal.act.writeForeignMail({ direction: 2 })
    fixture.portal.act.openMail(activityId)
    fixture.portal.act.clickMailLink(foreign)
    const { SETTINGS } = await read(activityId)
    expect([SETTINGS.IS_BATCH_EMAIL, SETTINGS.READ_CONFIRMED]).toEqual([null, undefined])
    expect((await read(foreign)).SETTINGS).toEqual([])
  })
})

describe('an incoming e-mail', () => {
  test('has EMAIL_META, unless another program wrote it', async () => {
    const { activityId } = fixture.portal.act.receiveMail({ subject: 'Price?' })
    const mail = await read(activityId)
    expect(mail).toMatchObject({ DIRECTION: '1', COMPLETED: 'N', IS_INCOMING_CHANNEL: 'Y', SUBJECT: 'Price?' })
    expect(mail.SETTINGS.EMAIL_META).toMatchObject({ __email: SEED.emails.mailbox, from: SEED.emails.kim })
    const foreign = async (blankSettings: boolean) => read(fixture.portal.act.writeForeignMail({ blankSettings }))
    expect([(await foreign(false)).SETTINGS, (await foreign(true)).SETTINGS]).toEqual([[], false])
  })

  test('shows no headers, unless it is said', async () => {
    const settings = async (mail: object) => {
      const { SETTINGS } = await read(fixture.portal.act.receiveMail(mail).activityId)
      return SETTINGS.MESSAGE_HEADERS
    }
    expect(await settings({})).toBeUndefined()
    expect(await settings({ messageId: '<1@x.example>', headers: { 'Auto-Submitted': 'auto-replied' } })).toEqual({
      'Message-Id': '<1@x.example>',
      'Auto-Submitted': 'auto-replied',
    })
  })

  test('has its words as plain text, BB code or HTML, with what it quotes', async () => {
    const first = fixture.portal.act.receiveMail({ html: '<p>one</p>' }).activityId
    const body = async (mail: object) => {
      const { DESCRIPTION, DESCRIPTION_TYPE } = await read(fixture.portal.act.receiveMail(mail).activityId)
      return [DESCRIPTION_TYPE, DESCRIPTION]
    }
    expect(await body({ html: '<p>two</p>', quotes: first })).toEqual([
      '3',
      '<p>two</p>\n<blockquote type="cite"><p>one</p></blockquote>',
    ])
    expect(await body({ bb: '[b]two[/b]', quotes: first })).toEqual(['2', '[b]two[/b]\n[quote]<p>one</p>[/quote]'])
    const plain = fixture.portal.act.receiveMail({ plain: 'a\nb' }).activityId
    expect(await body({ plain: 'two', quotes: plain })).toEqual(['1', 'two\n> a\n> b'])
  })

  test('may be a program’s', async () => {
    const sent = fixture.portal.act.sendMail()
    const bounce = fixture.portal.act.receiveAutomaticMail('bounce', { replyTo: sent.activityId }).activityId
    expect(await read(bounce)).toMatchObject({ SUBJECT: 'Undelivered Mail Returned to Sender', OWNER_ID: String(kim) })
    expect((await read(bounce)).SETTINGS.EMAIL_META.from).toMatch(/^MAILER-DAEMON@/)
    const calendar = fixture.portal.act.receiveAutomaticMail('calendar').activityId
    expect(await read(calendar)).toMatchObject({ SUBJECT: 'Accepted: Meeting', DESCRIPTION: '' })
  })

  test('is bound to all open deals of the client, the contact and the company', async () => {
    const bindings = async (mail: object) => {
      const { activityId } = fixture.portal.act.receiveMail(mail)
      const rows = await result(fixture.portal, fixture.admin, 'crm.activity.binding.list', { activityId })
      return rows.map((row: { entityTypeId: number; entityId: number }) => [row.entityTypeId, row.entityId])
    }
    expect(await bindings({})).toEqual([
      [2, kim],
      [3, contacts.kim],
      [4, companies.client],
    ])
    expect(await bindings({ from: SEED.emails.lee })).toEqual([
      [2, lee],
      [2, leePartner],
      [2, leePartnerLater],
      [3, contacts.lee],
      [4, companies.studio],
    ])
    expect(await bindings({ from: SEED.emails.noa })).toEqual([[1, SEED.leads.noa]])
    expect(await bindings({ from: SEED.emails.max })).toEqual([[3, contacts.max]])
    expect(await bindings({ from: SEED.emails.stranger })).toEqual([])
  })

  test('that answers a known one is bound to that one’s deal only', async () => {
    const sent = fixture.portal.act.sendMail({ to: SEED.emails.lee, bindings: [{ entityTypeId: 2, id: leePartner }] })
    const { activityId } = fixture.portal.act.receiveMail({ from: SEED.emails.lee, replyTo: sent.activityId })
    expect(fixture.portal.world.activities.get(activityId)?.bindings).toEqual([{ entityTypeId: 2, id: leePartner }])
  })

  test('can be bound late', async () => {
    const { activityId } = fixture.portal.act.receiveMail({ bindings: [] })
    fixture.portal.act.bindActivity(activityId, [{ entityTypeId: 177, id: SEED.requests.kim }])
    expect(await arrived()).toEqual(['ADD', 'UPDATE'])
    expect((await read(activityId)).OWNER_TYPE_ID).toBe('177')
  })

  test('fetched twice or restored is a new activity with the same sender, subject and time', async () => {
    const { activityId } = fixture.portal.act.receiveMail({ writtenAt: new Date(Date.now() - 60_000) })
    const { SETTINGS, SUBJECT, START_TIME } = await read(activityId)
    const twin = fixture.portal.act.fetchMailTwice(activityId)
    const restored = fixture.portal.act.restoreMail(activityId)
    expect(await arrived()).toEqual(['ADD', 'ADD', 'DELETE', 'ADD'])
    for (const id of [twin, restored]) {
      expect(await read(id)).toMatchObject({ SETTINGS, SUBJECT, START_TIME })
    }
    const gone = await call(fixture.portal, fixture.admin, 'crm.activity.get', { id: activityId })
    expect(gone).toEqual({ status: 400, body: { error: '', error_description: 'Activity is not found' } })
  })
})

describe('activities', () => {
  const list = (params: object, userId: number = SEED.users.admin) =>
    result(fixture.portal, tokenFor(fixture.portal, userId), 'crm.activity.list', params)
  const ids = (rows: { ID: string }[]) => rows.map((row) => Number(row.ID))

  test('are found by ids, times and bindings, and ignore unknown filters', async () => {
    const [one, two] = [
      fixture.portal.act.receiveMail().activityId,
      fixture.portal.act.sendMail({ to: SEED.emails.lee }).activityId,
    ]
    expect(ids(await list({ filter: { ID: [one, two] } }))).toEqual([one, two])
    expect(ids(await list({ filter: { '>ID': one }, order: { ID: 'ASC' }, start: -1 }))).toEqual([two])
    expect(ids(await list({ filter: { TYPE_ID: 4, DIRECTION: 2 } }))).toEqual([two])
    expect(ids(await list({ filter: { BINDINGS: [{ OWNER_TYPE_ID: 2, OWNER_ID: kim }] } }))).toEqual([one])
    expect(await list({ filter: { '>=CREATED': new Date(Date.now() + 60_000).toISOString() } })).toEqual([])
    expect(await list({ filter: { nonsense: 1 } })).toHaveLength(2)
  })

  test('come once for each item of a filter by several', async () => {
    const { activityId } = fixture.portal.act.receiveMail()
    const BINDINGS = [
      { OWNER_TYPE_ID: 2, OWNER_ID: kim },
      { OWNER_TYPE_ID: 3, OWNER_ID: contacts.kim },
    ]
    expect(ids(await list({ filter: { BINDINGS } }))).toEqual([activityId, activityId])
  })

  test('show what is selected; communications only then', async () => {
    const { activityId } = fixture.portal.act.receiveMail()
    const [row] = await list({ filter: { ID: activityId }, select: ['ID', 'COMMUNICATIONS'] })
    expect(row).toEqual({
      ID: String(activityId),
      COMMUNICATIONS: [expect.objectContaining({ TYPE: 'EMAIL', VALUE: SEED.emails.kim, ENTITY_TYPE_ID: '3' })],
    })
    expect((await list({}))[0]).not.toHaveProperty('COMMUNICATIONS')
    expect(await result(fixture.portal, fixture.admin, 'crm.activity.fields')).toHaveProperty('SETTINGS')
  })

  test('are readable with the right on one of their items; their bindings only with the right on each', async () => {
    const { activityId } = fixture.portal.act.receiveMail({
      bindings: [
        { entityTypeId: 2, id: kim },
        { entityTypeId: 2, id: SEED.deals.quiet },
      ],
    })
    const own = tokenFor(fixture.portal, SEED.users.ownOnly)
    expect((await result(fixture.portal, own, 'crm.activity.get', { id: activityId })).ID).toBe(String(activityId))
    expect(await result(fixture.portal, own, 'crm.activity.binding.list', { activityId })).toEqual([
      { entityTypeId: 2, entityId: SEED.deals.quiet },
    ])
    const none = tokenFor(fixture.portal, SEED.users.noCrm)
    const refused = await call(fixture.portal, none, 'crm.activity.get', { id: activityId })
    expect(refused.body).toEqual({ error: '', error_description: 'Access denied.' })
    expect((await call(fixture.portal, none, 'crm.activity.binding.list', { activityId })).body.error).toBe(
      'ACCESS_DENIED',
    )
    expect(await list({}, SEED.users.noCrm)).toEqual([])
  })

  test('without an id are refused', async () => {
    const bindings = async (params: object) =>
      (await call(fixture.portal, fixture.admin, 'crm.activity.binding.list', params)).body.error
    for (const activityId of [undefined, null, '', 'x', '0$result[a][0][ID]', [9101], { a: 9101 }]) {
      expect(await bindings({ activityId })).toBe('100')
    }
    expect(await bindings({ activityId: 1 })).toBe('NOT_FOUND')
  })
})
