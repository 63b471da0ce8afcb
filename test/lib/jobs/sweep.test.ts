import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { findSubscriptions } from '../../../lib/store/subscriptions.ts'
import { kindCodes } from '../../../lib/triggers/index.ts'
import { type Portal, SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals, types, forms } = SEED
const kimsDeal = { entityTypeId: types.deal, id: deals.kim }

/** Every kind whose happenings leave a trace in the portal, and what makes it happen. */
const happenings: {
  kind: string
  fields?: object
  prepare?: (portal: Portal) => number
  act: (portal: Portal, prepared: number) => void
  /** The work that looks for it, every SWEEP_SECONDS. */
  rounds?: 'sweep' | 'poll-chats'
}[] = [
  { kind: 'email-incoming', act: ({ act }) => act.receiveMail() },
  { kind: 'email-outgoing', act: ({ act }) => act.sendMail() },
  { kind: 'email-viewed', prepare: ({ act }) => act.sendMail().activityId, act: ({ act }, mail) => act.openMail(mail) },
  {
    kind: 'email-link-clicked',
    fields: { url: 'https://acme.example/' },
    prepare: ({ act }) => act.sendMail({ html: '<a href="https://acme.example/offer">Offer</a>' }).activityId,
    act: ({ act }, mail) => act.clickMailLink(mail),
  },
  { kind: 'form-submitted', act: ({ act }) => act.submitForm(forms.callback, { bindings: [kimsDeal] }) },
  { kind: 'call-outbound', act: ({ act }) => act.callOut() },
  { kind: 'call-inbound', act: ({ act }) => act.callIn() },
  { kind: 'call-missed', act: ({ act }) => act.callIn({ result: 'missed' }) },
  { kind: 'chat-first-message', act: ({ act }) => act.newChat() },
  {
    kind: 'chat-accepted',
    prepare: ({ act }) => act.newChat().sessionId,
    act: ({ act }, session) => {
      act.acceptChat(session)
      act.operatorMessage(session, 'Hello')
    },
  },
  {
    kind: 'chat-accept-time',
    fields: { seconds: 20 },
    prepare: ({ act }) => act.newChat({ customerId: 705 }).sessionId,
    act: ({ act }, session) => {
      act.acceptChat(session, { after: 30 })
      act.operatorMessage(session, 'Hello')
    },
  },
  {
    kind: 'chat-message',
    fields: { text: 'price' },
    prepare: ({ act }) => act.newChat({ customerId: 706 }).sessionId,
    act: ({ act }, session) => act.customerMessage(session, 'What is the price?'),
    rounds: 'poll-chats',
  },
  {
    kind: 'payment-received',
    prepare: ({ act }) => act.createInvoice(),
    act: ({ act }, invoice) => act.payInvoice(invoice),
  },
  {
    kind: 'field-changed',
    fields: { fieldNames: ['opportunity'] },
    act: ({ act }) => act.changeField(kimsDeal, { opportunity: 4321 }),
  },
]

test('these are all kinds', () => {
  expect(happenings.map(({ kind }) => kind).toSorted()).toEqual([...kindCodes].toSorted())
})

test('when every event is lost, all of them are found within two sweeps', async () => {
  const rig = await startRig({
    portal: { switches: { lostDelivery: 100 } },
    env: { SWEEP_SECONDS: '2', MAIL_POLL_SECONDS: '2', CHAT_POLL_SECONDS: '2' },
  })
  try {
    await rig.as(users.sam)
    for (const { kind, fields = {} } of happenings) await rig.addTrigger({ kind, fields, mode: 'watch' })
    const prepared = happenings.map(({ prepare }) => prepare?.(rig.portal) ?? 0)
    // What was prepared lies back, and was swept.
    await sleep(6000)
    const since = new Date().toISOString()
    for (const [index, { act }] of happenings.entries()) act(rig.portal, prepared[index] ?? 0)
    const found = async () => {
      const { db } = rig.stagecue
      return db.selectFrom('occurrence').selectAll().where('heard_at', '>=', since).execute()
    }
    await until(async () => new Set((await found()).map(({ kind }) => kind)).size === happenings.length)
    const done = await rig.stagecue.db
      .selectFrom('work')
      .select(['kind', 'updated_at'])
      .where('kind', 'in', ['sweep', 'poll-chats'])
      .where('state', '=', 'done')
      .where('created_at', '>=', since)
      .execute()
    for (const { kind, source, heard_at } of await found()) {
      const { rounds = 'sweep' } = happenings.find((one) => one.kind === kind) ?? {}
      const sweeps = done.filter((one) => one.kind === rounds)
      expect(sweeps.filter(({ updated_at }) => updated_at <= heard_at).length, kind).toBeLessThanOrEqual(2)
      expect(['sweep', 'poll'], kind).toContain(source)
    }
    await rig.settled()
    const decided = await rig.stagecue.db.selectFrom('decision').select(['kind', 'outcome']).distinct().execute()
    // Also the time of acceptance was found out.
    const wouldMove = decided.flatMap(({ kind, outcome }) => (outcome === 'would-move' ? [kind] : []))
    expect(wouldMove.toSorted()).toEqual(happenings.map(({ kind }) => kind).toSorted())
    expect(rig.portal.deliveries.every(({ lost }) => lost)).toBe(true)
  } finally {
    await rig.stop()
  }
})

describe('a sweep', () => {
  let rig: Rig
  afterEach(() => rig.stop())

  const occurrences = () => rig.stagecue.db.selectFrom('occurrence').select(['source', 'facts']).execute()

  const bases = () => rig.stagecue.db.selectFrom('item_field').select('hash').execute()

  const missed = async () => (await findSubscriptions(rig.stagecue.db, rig.portal.memberId)).missed

  /** Requests for lists that are made until so many more rounds have come to their end. */
  const askedInRounds = async (rounds: number) => {
    const ended = async () => {
      const { db } = rig.stagecue
      return (
        await db.selectFrom('work').select('id').where('kind', '=', 'sweep').where('state', '=', 'done').execute()
      ).length
    }
    const [before, begun] = [rig.portal.requests.length, await ended()]
    await until(async () => (await ended()) >= begun + rounds)
    const isOfSweep = ({ methods }: { methods: string[] }) => methods.every((method) => LISTS.includes(method))
    return rig.portal.requests.slice(before).filter(isOfSweep).length
  }

  const requestsOf = (methods: string[]) =>
    rig.portal.requests.filter((request) => request.methods.join() === methods.join())

  test('costs a quiet portal one packed request, and counts nothing that events brought', async () => {
    rig = await startRig({ env: { SWEEP_SECONDS: '1' } })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
    await rig.addTrigger({ kind: 'call-missed', stageId: 'C4:UC_VISIT' })
    rig.portal.act.receiveMail()
    await sleep(3500)
    const before = rig.portal.requests.length
    await sleep(3000)
    const made = rig.portal.requests.slice(before)
    expect(made.length).toBeGreaterThanOrEqual(2)
    expect(made.length).toBeLessThanOrEqual(4)
    const methods = ['crm.activity.list', 'crm.activity.list', 'voximplant.statistic.get']
    expect(requestsOf(methods).length).toBeGreaterThanOrEqual(made.length)
    const sources = await rig.stagecue.db.selectFrom('occurrence').select('source').execute()
    expect(sources).toEqual([{ source: 'event' }])
    expect(await missed()).toBeNull()
  })

  test('that finds what no event told of says so', async () => {
    rig = await startRig({ portal: { switches: { lostDelivery: 100 } }, env: { SWEEP_SECONDS: '1' } })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
    rig.portal.act.receiveMail()
    await until(async () => (await missed()) !== null)
    expect(await missed()).toMatchObject({ found: 1 })
  })

  test('asks nothing of a portal without triggers', async () => {
    rig = await startRig({ env: { SWEEP_SECONDS: '1' } })
    // What the installation found out of the portal.
    rig.portal.requests.length = 0
    await sleep(2500)
    const lists = rig.portal.requests.filter(({ methods }) => methods.includes('crm.activity.list'))
    expect(lists).toEqual([])
  })

  test('finds hundreds that were missed in packed requests, and what is older than the trigger is none of them', async () => {
    rig = await startRig({ portal: { switches: { lostDelivery: 100 } }, env: { SWEEP_SECONDS: '2' } })
    await rig.as(users.sam)
    const hourAgo = new Date(Date.now() - 3_600_000)
    for (let index = 0; index < 30; index++) rig.portal.act.receiveMail({ at: hourAgo })
    await rig.addTrigger({ kind: 'email-incoming', mode: 'watch' })
    const count = 700
    for (let index = 0; index < count; index++) rig.portal.act.receiveMail({ subject: `Question ${index}` })
    const counted = async () => {
      const rows = await rig.stagecue.db.selectFrom('occurrence').select('key').execute()
      return rows.length
    }
    await until(async () => (await counted()) >= count)
    expect(await counted()).toBe(count)
    const sweeps = rig.portal.requests.filter(({ methods }) =>
      methods.every((method) => method === 'crm.activity.list'),
    )
    expect(sweeps.length).toBeLessThan(20)
  })

  test.each(['first', 'empty'] as const)(
    'asks for sixty that changed in one second once a round, whatever comes past the end (%s)',
    async (pastEndPage) => {
      const switches = { lostDelivery: 100, pastEndPage }
      rig = await startRig({ portal: { switches, limits: { enabled: false } }, env: { SWEEP_SECONDS: '2' } })
      await rig.as(users.sam)
      await rig.addTrigger({ kind: 'email-incoming', mode: 'watch' })
      const at = new Date()
      for (let index = 0; index < 60; index++) rig.portal.act.receiveMail({ subject: `Question ${index}`, at })
      await until(async () => (await occurrences()).length >= 60)
      await sleep(3000)
      const made = await askedInRounds(3)
      // A page of every list and, as that is full, some more.
      expect(made).toBeLessThanOrEqual(3 * 4)
      expect(await occurrences()).toHaveLength(60)
    },
  )

  /** Rows that every page of a list consists of, and what a round may ask for at most. */
  test.each([
    [
      'says that there is more, and repeats itself',
      (now: string) => Array.from({ length: 50 }, (_, index) => lie(index + 1, now)),
    ],
    ['says the same row fifty times', (now: string) => Array.from({ length: 50 }, () => lie(7, now))],
    ['answers with something else', () => ({ odd: [null, 7, 'text'] })],
  ])('comes to an end with a portal that %s', async (_, rowsAt) => {
    rig = await startRig({ portal: { limits: { enabled: false } }, env: { SWEEP_SECONDS: '2' } })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
    await rig.addTrigger({ kind: 'call-missed', stageId: 'C4:UC_VISIT' })
    await rig.addTrigger({ kind: 'payment-received', stageId: 'C4:UC_OFFER' })
    await rig.addTrigger({ kind: 'field-changed', stageId: 'C4:WON', fields: { fieldNames: ['opportunity'] } })
    await rig.settled()
    const rows = rowsAt(new Date(Date.now() - 30_000).toISOString())
    const answers = {
      'crm.activity.list': rows,
      'voximplant.statistic.get': rows,
      'crm.stagehistory.list': { items: rows },
      'crm.item.list': { items: rows },
    }
    for (const [method, body] of Object.entries(answers))
      rig.portal.faults.next({ method, kind: 'result', body, times: 1e9 })
    // No more than ten turns a round, of which one may need two requests.
    expect(await askedInRounds(3)).toBeLessThanOrEqual(3 * 20)
  })

  test('finds what was paid and taken back between two looks, and counts nothing twice', async () => {
    rig = await startRig({ portal: { switches: { lostDelivery: 100 } }, env: { SWEEP_SECONDS: '2' } })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'payment-received', mode: 'watch' })
    const [stays, taken] = [rig.portal.act.createInvoice(), rig.portal.act.createInvoice()]
    rig.portal.act.payInvoice(stays)
    rig.portal.act.payInvoice(taken)
    rig.portal.act.takePaymentBack(taken)
    await until(async () => (await occurrences()).length >= 2)
    await sleep(4500)
    expect(
      (await occurrences()).map(({ source, facts }) => ({ source, ...JSON.parse(facts) })).sort(byInvoice),
    ).toEqual([stays, taken].map((invoiceId) => ({ source: 'sweep', invoiceId, stageId: 'DT31_5:P' })))
  })

  test('finds stages that were changed and changed back between two looks, each once; its own moves are none', async () => {
    rig = await startRig({ portal: { switches: { lostDelivery: 100 } }, env: { SWEEP_SECONDS: '2' } })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'field-changed', fields: { fieldNames: ['stageId'] }, mode: 'watch' })
    await rig.addTrigger({ kind: 'email-incoming' })
    await until(async () => (await bases()).length > 0)
    for (const stageId of ['C4:UC_VISIT', 'C4:UC_OFFER', 'C4:NEW']) rig.portal.act.moveItem(kimsDeal, stageId)
    rig.portal.act.receiveMail()
    await until(async () => (await rig.story()).some((line) => line.includes(' moved ')))
    await sleep(7000)
    const kinds = await rig.stagecue.db.selectFrom('occurrence').select(['kind', 'key']).orderBy('key').execute()
    expect(kinds.filter(({ kind }) => kind === 'field-changed')).toHaveLength(3)
    rig.portal.act.moveItem(kimsDeal, 'C4:UC_CONTRACT')
    await until(async () => (await occurrences()).length > kinds.length)
    await sleep(5000)
    expect(await occurrences()).toHaveLength(kinds.length + 1)
  })

  test('that finds a payment leaves other changed fields of the invoice to be found', async () => {
    rig = await startRig({ portal: { switches: { lostDelivery: 100 } }, env: { SWEEP_SECONDS: '2' } })
    await rig.as(users.sam)
    const place = { entityTypeId: types.invoice, categoryId: SEED.pipelines.invoices, stageId: 'DT31_5:S' }
    await rig.addTrigger({ kind: 'payment-received', mode: 'watch' })
    await rig.addTrigger({ ...place, kind: 'field-changed', fields: { fieldNames: ['opportunity'] }, mode: 'watch' })
    await until(async () => (await bases()).length > 0)
    rig.portal.act.payInvoice(SEED.invoices.kim)
    rig.portal.act.changeField({ entityTypeId: types.invoice, id: SEED.invoices.kim }, { opportunity: 77 })
    await until(async () => (await occurrences()).length >= 2)
    const kinds = await rig.stagecue.db.selectFrom('occurrence').select('kind').orderBy('kind').execute()
    expect(kinds.map(({ kind }) => kind)).toEqual(['field-changed', 'payment-received'])
  })

  test('counts no payment that an event told of', async () => {
    rig = await startRig({ env: { SWEEP_SECONDS: '1' } })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'payment-received', mode: 'watch' })
    await rig.settled()
    const invoice = rig.portal.act.createInvoice()
    rig.portal.act.payInvoice(invoice)
    await rig.settled()
    rig.portal.act.takePaymentBack(invoice)
    await sleep(4500)
    expect((await occurrences()).map(({ source }) => source)).toEqual(['event'])
    const notices = await rig.stagecue.db.selectFrom('work').select('body').where('kind', '=', 'notice').execute()
    expect(notices.filter(({ body }) => body.includes('"sweep"'))).toEqual([])
  })

  test.each([-8, 8])('finds changed items though the reader’s clock differs by %i hours', async (readerZoneOffset) => {
    rig = await startRig({
      portal: { switches: { lostDelivery: 100, readerZoneOffset } },
      env: { SWEEP_SECONDS: '2' },
    })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'field-changed', fields: { fieldNames: ['opportunity'] }, mode: 'watch' })
    await sleep(3000)
    rig.portal.act.changeField(kimsDeal, { opportunity: 4321 })
    await until(async () => (await occurrences()).length > 0)
  })

  test('goes on with the other lists while one of them meets a fault of the database', async () => {
    rig = await startRig({ portal: { switches: { lostDelivery: 100 } }, env: { SWEEP_SECONDS: '1' } })
    await rig.as(users.sam)
    const body = { error: 'ERROR_CORE', error_description: 'SQL query error!' }
    rig.portal.faults.next({ method: 'voximplant.statistic.get', kind: 'refusal', body, times: 1e9 })
    await rig.addTrigger({ kind: 'call-missed', stageId: 'C4:UC_VISIT' })
    await rig.addTrigger({ kind: 'email-incoming' })
    rig.portal.act.receiveMail()
    await until(async () => (await rig.story()).length > 0)
    const cursor = rig.stagecue.db.selectFrom('cursor').select('value').where('name', '=', 'sweep')
    expect(JSON.parse((await cursor.executeTakeFirstOrThrow()).value).refused).toEqual({})
  })

  test('does not look into an answered call where only missed ones count', async () => {
    rig = await startRig({ portal: { switches: { lostDelivery: 100 } }, env: { SWEEP_SECONDS: '1' } })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'call-missed', stageId: 'C4:UC_VISIT' })
    const { callId } = rig.portal.act.callIn()
    rig.portal.act.callIn({ result: 'missed' })
    await until(async () => (await rig.story()).length > 0)
    const ofAnswered = rig.stagecue.db.selectFrom('work').select('reason').where('subject', 'like', `%${callId}`)
    expect(await ofAnswered.execute()).toEqual([{ reason: 'no-trigger' }])
  })

  test('goes on without a list that the portal does not show, and says so', async () => {
    rig = await startRig({ portal: { switches: { lostDelivery: 100 } }, env: { SWEEP_SECONDS: '1' } })
    await rig.as(users.sam)
    const admin = rig.portal.world.users.get(users.admin)
    if (admin) admin.rights.telephonyStatistics = false
    await rig.addTrigger({ kind: 'call-missed', stageId: 'C4:UC_VISIT' })
    await rig.addTrigger({ kind: 'email-incoming' })
    rig.portal.act.receiveMail()
    await until(async () => (await rig.story()).length > 0)
    const { value } = await rig.stagecue.db
      .selectFrom('cursor')
      .select('value')
      .where('name', '=', 'sweep')
      .executeTakeFirstOrThrow()
    expect(JSON.parse(value).refused).toEqual({ 'sweep:calls': 'ACCESS_DENIED' })
  })
})

const LISTS = ['crm.activity.list', 'voximplant.statistic.get', 'crm.stagehistory.list', 'crm.item.list']

/** A row that suits every list. */
function lie(id: number, at: string) {
  const times = { CREATED: at, LAST_UPDATED: at, CALL_START_DATE: at, CREATED_TIME: at, updatedTime: at }
  return { ID: String(id), id, CALL_ID: `call-${id}`, OWNER_ID: id, STAGE_ID: 'DT31_5:P', ...times }
}

function byInvoice(one: { invoiceId: number }, other: { invoiceId: number }): number {
  return one.invoiceId - other.invoiceId
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 25_000
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error('It did not happen in time')
    await sleep(50)
  }
}
