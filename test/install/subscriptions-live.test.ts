import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ROBOT_CODE } from '../../install/robot.ts'
import { checkJob } from '../../lib/jobs/subscriptions/check-job.ts'
import { TEST_EVENT } from '../../lib/jobs/subscriptions/webhook-ping.ts'
import { recordMissedEvents } from '../../lib/jobs/sweep/missed-events.ts'
import { transact } from '../../lib/store/database.ts'
import { enqueue } from '../../lib/store/jobs.ts'
import { findPortal } from '../../lib/store/portals.ts'
import { findSubscriptions } from '../../lib/store/subscriptions.ts'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'
import { sendEvent } from '../send-event.ts'

const { users } = SEED

let rig: Rig
beforeEach(async () => {
  // What dies, and what the portal says of it, is the point here.
  const switches = { deadSubscriptions: 'as the source', appUpdateEvent: 'sent', lostDelivery: 0 } as const
  rig = await startRig({ install: false, portal: { switches } })
})
afterEach(() => rig.stop())

const known = () => findSubscriptions(rig.stagecue.db, rig.portal.memberId)
const listed = () => rig.portal.world.bindings.map(({ event, handler }) => [event, handler])
const lives = (event: string) => rig.portal.world.registeredEvents.has(event)

/** The administrator opens the installer; something happens before it is finished. */
async function install(before: () => void = () => {}): Promise<void> {
  rig.portal.beginInstall()
  const admin = await rig.as(users.admin)
  expect((await admin('POST', '/api/install', { delegate: false })).body.ready).toBe(true)
  before()
  rig.portal.finishInstall()
  await rig.settled()
}

/** The hourly check without its test of events, which binds an event of its own. */
async function check(): Promise<void> {
  const { db, worker } = rig.stagecue
  const now = new Date()
  await enqueue(db, [checkJob(rig.portal.memberId, 'page', now)], now)
  worker.wake(rig.portal.memberId)
  await rig.settled()
}

async function missedEvents(): Promise<void> {
  await transact(rig.stagecue.db, (tx) => recordMissedEvents(tx, rig.portal.memberId, 3, new Date()))
  rig.stagecue.worker.wake(rig.portal.memberId)
  await rig.settled()
}

/** All was bound anew a while ago. */
async function longAgo(): Promise<void> {
  const { renewed, ...others } = await known()
  const subscriptions = JSON.stringify({ ...others, renewed: { ...renewed, at: '2026-01-01T00:00:00.000Z' } })
  await rig.stagecue.db.updateTable('portal').set({ subscriptions }).execute()
}

/** A customer writes: what we answer to the event that tells of it. */
async function answersToMail(): Promise<(number | null)[]> {
  rig.portal.deliveries.length = 0
  rig.portal.act.receiveMail()
  await rig.settled()
  return rig.portal.deliveries.filter(({ event }) => event === 'ONCRMACTIVITYADD').map(({ status }) => status)
}

/** Somebody writes an activity while no event can come: that kills the subscription of activities. */
const anActivity = () => void rig.portal.act.receiveMail()

describe('an activity that somebody writes while the installer is open', () => {
  test('kills the subscription, and it is bound anew as soon as the portal says that the app is installed', async () => {
    await install(() => {
      anActivity()
      expect(lives('ONCRMACTIVITYADD')).toBe(false)
    })
    expect(await answersToMail()).toEqual([200])
    expect((await known()).renewed).toMatchObject({ why: 'installed', version: 1 })
  })

  test('the same where the portal’s own notice of the installation never comes: an administrator’s page does', async () => {
    rig.portal.switches.lostDelivery = 100
    await install(anActivity)
    expect(lives('ONCRMACTIVITYADD')).toBe(false)
    rig.portal.switches.lostDelivery = 0
    await rig.as(users.deputy)
    await rig.settled()
    expect(await answersToMail()).toEqual([200])
  })

  test('the same where nobody opens a page: the next check does', async () => {
    rig.portal.switches.lostDelivery = 100
    await install(anActivity)
    rig.portal.switches.lostDelivery = 0
    expect(lives('ONCRMACTIVITYADD')).toBe(false)
    await check()
    expect(lives('ONCRMACTIVITYADD')).toBe(true)
  })
})

test('a portal whose frames bring no application_token, and whose notice is lost, tells it by a test event', async () => {
  rig.portal.switches.frameParams2026 = 'no'
  rig.portal.switches.lostDelivery = 100
  await install()
  const token = async () => (await findPortal(rig.stagecue.db, rig.portal.memberId))?.applicationToken
  expect(await token()).toBeNull()
  expect(await sendEvent(rig, 'ONCRMACTIVITYADD', { 'data[FIELDS][ID]': '1' })).toBe(403)
  rig.portal.switches.lostDelivery = 0
  const { db, worker } = rig.stagecue
  await enqueue(db, [checkJob(rig.portal.memberId, 'round', new Date())], new Date())
  worker.wake(rig.portal.memberId)
  await expect.poll(token).toBe(rig.portal.applicationToken)
  expect(await answersToMail()).toEqual([200])
})

describe('binding anew', () => {
  test('leaves every subscription in its place all the time, and nothing behind', async () => {
    await install()
    await longAgo()
    const before = structuredClone(rig.portal.world.bindings)
    rig.portal.world.registeredEvents.clear()
    await missedEvents()
    expect(rig.portal.world.bindings).toEqual(before)
    for (const { event } of before) expect(lives(event), event).toBe(true)
  })

  test('happens for happenings that no event told of, and no oftener than every ten minutes', async () => {
    await install()
    const binds = () => rig.portal.requests.filter(({ methods }) => methods.includes('event.bind')).length
    const before = binds()
    await missedEvents()
    expect(binds()).toBe(before)
    await longAgo()
    for (let time = 0; time < 3; time++) await missedEvents()
    expect(binds()).toBe(before + 1)
    const admin = await rig.as(users.admin)
    const { subscriptions } = (await admin('GET', '/api/status')).body
    expect(subscriptions).toMatchObject({
      renewed: { at: expect.any(String), why: 'missed' },
      missed: { at: expect.any(String), found: 3 },
    })
  })

  test('leaves nothing behind that an interruption left: a second handler is taken away by the next check', async () => {
    await install()
    const { world } = rig.portal
    const add = world.bindings.find(({ event }) => event === 'ONCRMACTIVITYADD') ?? expect.fail()
    world.bindings.push({ ...add, id: 9999, handler: `${rig.url}/events?anew` })
    // Meanwhile both are told.
    expect(await answersToMail()).toEqual([200, 200])
    await check()
    expect(listed().flat()).not.toContain(`${rig.url}/events?anew`)
  })
})

describe('the status', () => {
  const subscriptions = async () => (await (await rig.as(users.admin))('GET', '/api/status')).body.subscriptions

  test('tells which event came when, as that it is listed proves nothing', async () => {
    await install()
    expect((await subscriptions()).heard.map(({ event }: { event: string }) => event)).toEqual(['ONAPPINSTALL'])
    const before = new Date().toISOString()
    await answersToMail()
    await expect
      .poll(subscriptions)
      .toMatchObject({ heard: [{ event: 'ONCRMACTIVITYADD' }, { event: 'ONAPPINSTALL' }] })
    expect((await subscriptions()).heard[0].at >= before).toBe(true)
  })

  test('keeps no event that somebody made up', async () => {
    await install()
    for (const event of ['ONAPPINVENTED', 'ONCRMDEALDELETE']) expect(await sendEvent(rig, event, {})).toBe(200)
    const forged = { 'auth[application_token]': 'forged' }
    expect(await sendEvent(rig, 'ONCRMACTIVITYADD', forged)).toBe(403)
    expect((await subscriptions()).heard.map(({ event }: { event: string }) => event)).toEqual(['ONAPPINSTALL'])
  })
})

describe('a sweep that finds what no event told of, although it is subscribed', () => {
  test('has it bound anew, and the status page says so', async () => {
    await rig.stop()
    const switches = { deadSubscriptions: 'as the source', lostDelivery: 0, oauthUnreachable: 0 } as const
    rig = await startRig({ portal: { switches }, env: { SWEEP_SECONDS: '1' } })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
    await rig.settled()
    await longAgo()
    // Somebody's update of the app or fault of the portal has killed it.
    rig.portal.world.registeredEvents.delete('ONCRMACTIVITYADD')
    expect(await answersToMail()).toEqual([])
    await expect.poll(() => lives('ONCRMACTIVITYADD')).toBe(true)
    await expect.poll(known).toMatchObject({ renewed: { why: 'missed' }, missed: { found: 1 } })
    await rig.settled()
    expect(await answersToMail()).toEqual([200])
  })
})

describe('an administrator who opens the app', () => {
  test('has what is missing bound again, at no cost while all is there', async () => {
    await install()
    rig.portal.requests.length = 0
    await rig.as(users.admin)
    await rig.settled()
    expect(rig.portal.requests).toHaveLength(1)
    rig.portal.world.bindings = rig.portal.world.bindings.filter(({ event }) => event !== 'ONCRMACTIVITYADD')
    await rig.as(users.admin)
    await rig.settled()
    expect(listed()).toContainEqual(['ONCRMACTIVITYADD', `${rig.url}/events`])
  })

  test('is the only one for whom that is done: employees are not shown the subscriptions', async () => {
    await install()
    rig.portal.requests.length = 0
    await rig.as(users.sam)
    await rig.settled()
    expect(rig.portal.requests).toHaveLength(1)
  })

  test('does not make us bind anew again and again where the portal does not take a second handler', async () => {
    await install()
    rig.portal.act.updateApp()
    await rig.settled()
    // As if the renewal for this version had just been tried in vain.
    const before = await known()
    const tried = { ...before, app: { version: 2, installed: true }, renewed: { ...before.renewed, version: 1 } }
    await rig.stagecue.db
      .updateTable('portal')
      .set({ subscriptions: JSON.stringify(tried) })
      .execute()
    rig.portal.requests.length = 0
    for (let time = 0; time < 3; time++) {
      await rig.as(users.admin)
      await rig.settled()
    }
    expect(rig.portal.requests.filter(({ methods }) => methods.includes('event.bind'))).toEqual([])
    // The hourly check tries again.
    await check()
    expect((await known()).renewed).toMatchObject({ version: 2 })
  })

  test('does not make us try again and again what the portal refuses', async () => {
    await install()
    const { world } = rig.portal
    world.bindings = world.bindings.filter(({ event }) => event !== 'ONVOXIMPLANTCALLEND')
    world.app.scope = world.app.scope.filter((scope) => scope !== 'telephony')
    rig.portal.requests.length = 0
    for (let time = 0; time < 3; time++) {
      await rig.as(users.admin)
      await rig.settled()
    }
    expect(rig.portal.requests.filter(({ methods }) => methods.includes('event.bind'))).toHaveLength(1)
    expect((await known()).check).toMatchObject({ missing: ['ONVOXIMPLANTCALLEND'], codes: ['ERROR_EVENT_NOT_FOUND'] })
  })
})

describe.each(['sent', 'none'] as const)('a new version of the app, ONAPPUPDATE %s', (appUpdateEvent) => {
  beforeEach(async () => {
    rig.portal.switches.appUpdateEvent = appUpdateEvent
    await install()
  })

  const state = () => {
    const { bindings, placements, robots } = rig.portal.world
    return {
      alive: bindings.filter(({ event }) => lives(event) && event !== TEST_EVENT).length,
      placements: placements.length,
      robots: robots.map(({ code }) => code),
    }
  }
  const applicationToken = async () => (await findPortal(rig.stagecue.db, rig.portal.memberId))?.applicationToken
  const whole = { alive: 7, placements: 10, robots: [ROBOT_CODE] }

  test.each(['yes', 'no'] as const)(
    'without an installer is noticed, and all is put back (rules dropped: %s)',
    async (robotsDroppedOnUpdate) => {
      expect(state()).toEqual(whole)
      rig.portal.switches.robotsDroppedOnUpdate = robotsDroppedOnUpdate
      rig.portal.act.updateApp()
      // As the documentation has it: an update takes handlers and widgets.
      Object.assign(rig.portal.world, { bindings: [], placements: [] })
      await rig.settled()
      if (appUpdateEvent === 'none') await check()
      expect(state()).toEqual(whole)
      expect(await known()).toMatchObject({ version: 2, renewed: { version: 2, why: 'version' } })
      // Its application_token is another one, which a test event brings where no other does.
      await expect.poll(applicationToken).toBe(rig.portal.applicationToken)
      expect(await answersToMail()).toEqual([200])
    },
  )

  test('is noticed by the page of the first administrator who opens it', async () => {
    rig.portal.switches.lostDelivery = 100
    rig.portal.act.updateApp()
    await rig.settled()
    rig.portal.switches.lostDelivery = 0
    await rig.as(users.deputy)
    await rig.settled()
    expect(state()).toEqual(whole)
    expect(await known()).toMatchObject({ version: 2 })
  })

  test('with an installer waits for it, then all is bound anew and put back', async () => {
    rig.portal.act.updateApp({ reinstall: true })
    anActivity()
    await rig.settled()
    await check()
    expect(await known()).toMatchObject({ app: { version: 2, installed: false }, version: 1, renewed: { version: 1 } })
    const admin = await rig.as(users.admin)
    const { subscriptions } = (await admin('GET', '/api/status')).body
    expect(subscriptions).toMatchObject({ app: { version: 2, installed: false } })
    expect((await admin('POST', '/api/install', { delegate: false })).body.ready).toBe(true)
    anActivity()
    rig.portal.finishInstall()
    await rig.settled()
    expect(state()).toEqual(whole)
    expect(await answersToMail()).toEqual([200])
  })

  test('whose installer is finished without our hearing of it is put right by the next check', async () => {
    rig.portal.act.updateApp({ reinstall: true })
    anActivity()
    await rig.settled()
    rig.portal.switches.lostDelivery = 100
    rig.portal.finishInstall()
    await rig.settled()
    rig.portal.switches.lostDelivery = 0
    await check()
    expect(state()).toEqual(whole)
  })
})

test('nothing is bound anew for an event that proves nothing', async () => {
  await install()
  const before = rig.portal.requests.length
  expect(await sendEvent(rig, 'ONAPPUPDATE', { 'auth[application_token]': 'forged' })).toBe(200)
  await rig.settled()
  expect(rig.portal.requests).toHaveLength(before)
})

describe('a fault of the portal’s own while it binds', () => {
  const fault = { error: 'ERROR_CORE', error_description: 'SQL query error!' }
  const bindFails = (times: number) => {
    for (let time = 0; time < times; time++) {
      rig.portal.faults.next({ method: 'event.bind', kind: 'refusal', status: 500, body: fault })
    }
  }

  test('leaves no trigger without its event: it is bound a moment later', async () => {
    await install()
    bindFails(1)
    await rig.addTrigger({ kind: 'chat-message', fields: { text: 'price' } })
    await rig.settled()
    expect(rig.portal.faults.waiting).toEqual([])
    expect(listed()).toContainEqual(['ONOPENLINEMESSAGEADD', `${rig.url}/events`])
    expect((await known()).check).toMatchObject({ missing: [], codes: [] })
  })

  test('does so in the hourly check, too', async () => {
    await install()
    rig.portal.world.bindings = rig.portal.world.bindings.filter(({ event }) => event !== 'ONCRMACTIVITYADD')
    bindFails(1)
    await check()
    expect(rig.portal.faults.waiting).toEqual([])
    expect(listed()).toContainEqual(['ONCRMACTIVITYADD', `${rig.url}/events`])
    expect((await known()).check).toMatchObject({ missing: [], codes: [] })
  })
})

test('event.unbind is never sent without an event and a handler', async () => {
  await install()
  const { world } = rig.portal
  const odd = { authType: 0, boundBy: users.admin, handler: '' }
  world.bindings.push({ ...odd, id: 9000, event: '' }, { ...odd, id: 9001, event: 'ONCRMDEALADD' })
  rig.portal.requests.length = 0
  await check()
  expect(rig.portal.requests.flatMap(({ methods }) => methods)).not.toContain('event.unbind')
})
