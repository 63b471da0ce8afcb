import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { kinds } from '../../../lib/triggers/index.ts'
import { askedSince } from '../../asked-since.ts'
import { pollMail } from '../../poll-mail.ts'
import { SEED } from '../../portal/index.ts'
import { countsRequests, noneLost } from '../../positions/only-at.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, types, pipelines, deals } = SEED
const moved = `deal moved C4:NEW>C4:PREPARATION by ${users.sam}`
const later = (seconds: number) => new Date(Date.now() + seconds * 1000)

/** Whatever the portal does about a view: both positions of both switches. */
const positions = [
  { mailReadEvent: 'none', readConfirmedType: 'int' },
  { mailReadEvent: 'activityUpdate', readConfirmedType: 'string' },
] as const

/** A customer opens an e-mail sent from CRM; once per e-mail (`triggers.md`). Each test has a deal of its own. */
describe.each(positions)('Track email message view, event $mailReadEvent, mark $readConfirmedType', (switches) => {
  let rig: Rig
  let deal: { entityTypeId: number; id: number }
  let told: number
  const news = async () => {
    const lines = (await rig.story()).slice(told)
    return lines.map((line) => line.replace(`${types.deal}:${deal.id}`, 'deal'))
  }
  /** An e-mail that has gone out and was heard of. */
  const sent = async (mail = {}) => {
    const { activityId } = rig.portal.act.sendMail({ bindings: [deal], ...mail })
    await rig.settled()
    return activityId
  }
  const open = async (activityId: number, at?: Date) => {
    rig.portal.act.openMail(activityId, at ? { at } : {})
    await pollMail(rig)
  }

  beforeAll(async () => {
    rig = await startRig({ portal: { switches } })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-viewed' })
  })
  afterAll(() => rig.stop())
  beforeEach(async () => {
    deal = rig.portal.act.createItem({ entityTypeId: types.deal, categoryId: pipelines.partners })
    await rig.settled()
    told = (await rig.story()).length
  })

  test('moves the deal when the e-mail is first opened', async () => {
    const mail = await sent()
    await pollMail(rig)
    expect(await news()).toEqual([])
    await open(mail)
    expect(await news()).toEqual([moved])
  })

  test('counts once per e-mail, however often it is opened, updated or asked for', async () => {
    const mail = await sent()
    await open(mail)
    rig.portal.act.openMail(mail)
    rig.portal.act.touchActivity(mail)
    await pollMail(rig)
    await pollMail(rig)
    expect(await news()).toEqual([moved])
  })

  test('a view that shows because something else updates the e-mail counts at once', noneLost, async () => {
    const mail = await sent()
    rig.portal.act.openMail(mail)
    rig.portal.act.touchActivity(mail)
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test('an e-mail fetched twice or restored from the recycle bin does not count again', async () => {
    const mail = await sent()
    await open(mail)
    rig.portal.act.fetchMailTwice(mail)
    rig.portal.act.restoreMail(mail)
    await pollMail(rig)
    expect(await news()).toEqual([moved])
  })

  test('one that was restored before it was opened counts when it is', async () => {
    const restored = rig.portal.act.restoreMail(await sent())
    await rig.settled()
    await open(restored)
    expect(await news()).toEqual([moved])
  })

  test("a robot's e-mail counts too", async () => {
    await open(await sent({ byRobot: true }))
    expect(await news()).toEqual([moved])
  })

  test('an e-mail whose SETTINGS come late is not overlooked', async () => {
    const { activityId } = rig.portal.act.sendMail({ bindings: [deal], settingsAfterMs: 300 })
    await pollMail(rig)
    await open(activityId)
    expect(await news()).toEqual([moved])
  })

  test('where CRM does not track the e-mail, nothing counts and nothing is asked for', async () => {
    await open(await sent({ tracked: false }))
    await open(rig.portal.act.writeForeignMail({ direction: 2, bindings: [deal], at: later(-120) }))
    expect(await news()).toEqual([])
    expect(await remembered(rig)).toEqual([])
  })

  test('an e-mail that came in does not count', async () => {
    await open(rig.portal.act.receiveMail({ bindings: [deal] }).activityId)
    expect(await news()).toEqual([])
  })

  test('an e-mail that is gone when it is asked for is forgotten', async () => {
    const mail = await sent()
    rig.portal.act.openMail(mail)
    rig.portal.act.deleteActivity(mail)
    await pollMail(rig)
    expect(await remembered(rig)).toEqual([])
  })

  test('a view from before the trigger was ready moves nothing', async () => {
    await open(await sent({ at: later(-3600) }), later(-1800))
    expect(await news()).not.toContain(moved)
  })

  test.each([29, 30, 31])('with a least time of 30 seconds: a view after %i', async (seconds) => {
    const trigger = await rig.addTrigger({ kind: 'email-viewed', stageId: 'C4:UC_OFFER', fields: { minSeconds: 30 } })
    const at = later(5)
    await open(await sent({ at }), new Date(at.getTime() + seconds * 1000))
    const machine = 'no item skipped machine'
    expect(await news()).toEqual(seconds < 30 ? [machine, moved] : ['deal skipped another-trigger', moved])
    const admin = await rig.as(users.admin)
    await admin('DELETE', `/api/triggers/${trigger.id}`)
  })
})

test('Its own field is the least time after sending: 0 to 3600 whole seconds', () => {
  const { fieldSchema } = kinds['email-viewed']
  const isFit = (minSeconds: unknown) => fieldSchema.safeParse({ minSeconds }).success
  expect([undefined, null, 0, 30, 3600].map(isFit)).toEqual([true, true, true, true, true])
  expect([-1, 3601, 1.5, '30'].map(isFit)).toEqual([false, false, false, false])
  expect(fieldSchema.safeParse({ seconds: 1 }).success).toBe(false)
})

/** Ids of the e-mails whose view or click is still awaited. */
async function remembered({ stagecue: services }: Rig): Promise<number[]> {
  const rows = await services.db.selectFrom('sent_mail').select('activity_id').execute()
  return rows.map((row) => row.activity_id)
}

describe('The e-mails of the last 14 days', () => {
  let rig: Rig
  const day = 24 * 3600
  const sentUnheard = (ageSeconds: number) => rig.portal.act.sendMail({ at: later(-ageSeconds) }).activityId

  beforeAll(async () => {
    // Where a view raises an event, also one of an e-mail that is not asked for any more is heard of.
    rig = await startRig({ portal: { switches: { mailReadEvent: 'none' } } })
    await rig.as(users.sam)
  })
  afterAll(() => rig.stop())

  test('are read once when the first trigger is switched on; views from before are no news', noneLost, async () => {
    const [young, old, ancient, viewed] = [2, 13, 15, 3].map((days) => sentUnheard(days * day)) as [number, ...number[]]
    rig.portal.act.openMail(viewed ?? 0, { at: later(-2 * day) })
    await rig.settled()
    expect(await remembered(rig)).toEqual([])
    const trigger = await rig.addTrigger({ kind: 'email-viewed' })
    await rig.settled()
    expect(await remembered(rig)).toEqual([young, old])
    expect(await rig.story()).toEqual([])

    rig.portal.act.openMail(young)
    rig.portal.act.openMail(ancient ?? 0)
    rig.portal.act.touchActivity(young)
    await rig.settled()
    expect(await rig.story()).toHaveLength(1)
    expect(await remembered(rig)).toEqual([old])

    const admin = await rig.as(users.admin)
    await admin('DELETE', `/api/triggers/${trigger.id}`)
    await pollMail(rig)
    expect(await remembered(rig)).toEqual([])
  })

  test('are read again after a time in which no trigger looked for views', async () => {
    const mail = sentUnheard(60)
    await rig.settled()
    expect(await remembered(rig)).toEqual([])
    await rig.addTrigger({ kind: 'email-viewed' })
    await rig.settled()
    expect(await remembered(rig)).toContain(mail)
  })
})

describe('A thousand remembered e-mails that nobody opened', () => {
  let rig: Rig
  let beforeAllAreRead: number
  beforeAll(async () => {
    rig = await startRig()
    rig.portal.switches.lostDelivery = 100
    for (let n = 0; n < 1000; n++) rig.portal.act.sendMail()
    await rig.portal.idle()
    rig.portal.switches.lostDelivery = 0
    beforeAllAreRead = rig.portal.requests.length
    const body = { error: 'ERROR_CORE', error_description: 'SQL query error!' }
    rig.portal.faults.next({ kind: 'refusal', command: 'mails_', body, times: 3 })
    await rig.addTrigger({ kind: 'email-viewed', mode: 'watch' })
    await rig.settled()
  })
  afterAll(() => rig.stop())

  test('are listed once; pages that meet a fault are asked for again alone', countsRequests, async () => {
    const asked = askedSince(rig.portal, beforeAllAreRead).filter((methods) => methods.includes('crm.activity.list'))
    const [first, others, failed, views] = [1, 19, 3, 20]
    expect(asked.map(({ length }) => length)).toEqual([first, others, failed, views])
  })

  test('cost one request a round', countsRequests, async () => {
    expect(await remembered(rig)).toHaveLength(1000)
    for (let round = 0; round < 3; round++) {
      const before = rig.portal.requests.length
      await pollMail(rig)
      expect(askedSince(rig.portal, before)).toHaveLength(1)
    }
  })

  test('and views among them are found, however many at once', async () => {
    for (const mail of (await remembered(rig)).slice(500, 590)) rig.portal.act.openMail(mail)
    await pollMail(rig)
    expect(await rig.story()).toEqual(Array(90).fill(`2:${deals.kim} would-move watch`))
    expect(await remembered(rig)).toHaveLength(910)
  })
})

test('A view and a click that are found together both count, one after the other', async () => {
  const rig = await startRig({ portal: { switches: { mailClickEvent: 'none' } } })
  await rig.as(users.sam)
  await rig.addTrigger({ kind: 'email-viewed' })
  const fields = { url: 'https://acme.example/offer' }
  await rig.addTrigger({ kind: 'email-link-clicked', stageId: 'C4:UC_OFFER', fields })
  const { activityId } = rig.portal.act.sendMail({ html: '<a href="https://acme.example/offer">Offer</a>' })
  await rig.settled()
  rig.portal.act.openMail(activityId, { at: later(-1) })
  rig.portal.act.clickMailLink(activityId)
  await pollMail(rig)
  expect(await rig.story()).toEqual([
    `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`,
    `2:${deals.kim} moved C4:PREPARATION>C4:UC_OFFER by ${users.sam}`,
  ])
  expect(await remembered(rig)).toEqual([])
  await rig.stop()
})

test('The clock asks by itself', async () => {
  const rig = await startRig({ env: { MAIL_POLL_SECONDS: '1' } })
  await rig.addTrigger({ kind: 'email-viewed' })
  const { activityId } = rig.portal.act.sendMail()
  await rig.settled()
  rig.portal.act.openMail(activityId)
  await expect.poll(() => rig.story()).toHaveLength(1)
  await rig.stop()
})
