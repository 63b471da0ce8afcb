import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { send } from './handlers/send.ts'
import { SEED } from './portal/index.ts'
import { type Rig, startRig } from './rig.ts'

/** The machine's clock is set while Stagecue runs: by an hour, or by a day that is taken back again. The portal's stays right. */

const HOUR = 3_600_000
const { types, pipelines, users } = SEED

let offset: number
let rig: Rig
beforeEach(async () => {
  offset = 0
  // Items are bound late: work waits while the clock is set. A minute's rounds come round, whatever the hour.
  const env = { LATE_BINDING_SECONDS: '1.5,3,6', MAIL_POLL_SECONDS: '2', SWEEP_SECONDS: '3' }
  rig = await startRig({ clock: () => new Date(Date.now() + offset), env })
})
afterEach(() => rig.stop())

const aDeal = () =>
  rig.portal.act.createItem({ entityTypeId: types.deal, title: 'Deal', categoryId: pipelines.partners })
const mailTo = (deals: { id: number }[]) =>
  rig.portal.act.receiveMail({ bindings: deals.map(({ id }) => ({ entityTypeId: types.deal, id })) })
const moved = async () => (await rig.story()).filter((line) => / moved /.test(`${line} `))
const within = { interval: 200 }

/** The clock is looked at once a second: what it shows for less than that is found by the hour. */
const seen = () => sleep(1500)

/** The history of the portal's own: how often it was moved there. */
const timesIn = (id: number, stageId: string) =>
  rig.portal.world.stageHistory.filter((one) => one.ownerId === id && one.stageId === stageId).length

test('back by an hour: what waits goes on within seconds, and events, views and pages are served as before', async () => {
  const { stageId } = await rig.addTrigger({})
  offset = HOUR
  await seen()
  await rig.addTrigger({ kind: 'email-viewed', stageId: 'C4:UC_OFFER', allowMovingBack: true })
  const [early, late] = [aDeal(), aDeal()]
  mailTo([early])
  await expect.poll(() => early.stageId, within).toBe(stageId)
  const { activityId } = rig.portal.act.receiveMail({ bindings: [] })
  const waiting = () =>
    rig.stagecue.db.selectFrom('work').select('id').where('kind', '=', 'look').where('state', '=', 'due').execute()
  await expect.poll(async () => (await waiting()).length, within).toBeGreaterThan(0)
  offset = 0
  // No event tells of it: only who looks again finds it.
  rig.portal.world.activities.get(activityId)?.bindings.push({ entityTypeId: types.deal, id: late.id })
  await expect.poll(() => late.stageId, within).toBe(stageId)
  const after = aDeal()
  mailTo([after])
  await expect.poll(() => after.stageId, within).toBe(stageId)
  for (const { id } of [early, late, after]) expect(timesIn(id, String(stageId))).toBe(1)
  // The journal says so after the portal has moved it.
  await expect.poll(async () => (await moved()).length, within).toBe(3)
  expect((await send(`${rig.url}/health`)).status).toBe(200)
  expect((await (await rig.as(users.admin))('GET', '/api/status')).status).toBe(200)
})

test('forward by a day and back: nothing is left in a day that was none', async () => {
  const { stageId } = await rig.addTrigger({})
  offset = 24 * HOUR
  const inTheFuture = aDeal()
  mailTo([inTheFuture])
  await expect.poll(() => inTheFuture.stageId, within).toBe(stageId)
  const made = await rig.addTrigger({ kind: 'call-missed', stageId: 'C4:UC_VISIT', allowMovingBack: true })
  const cursors = () => rig.stagecue.db.selectFrom('cursor').select('name').execute()
  await expect.poll(async () => (await cursors()).length, within).toBeGreaterThan(0)
  await seen()
  offset = 0
  const after = aDeal()
  mailTo([after])
  await expect.poll(() => after.stageId, within).toBe(stageId)
  // A trigger that was made on that day counts from now on.
  const readyAt = async () => {
    const row = await rig.stagecue.db
      .selectFrom('trigger')
      .select('ready_at')
      .where('id', '=', Number(made.id))
      .executeTakeFirstOrThrow()
    return Date.parse(row.ready_at)
  }
  await expect.poll(readyAt, within).toBeLessThan(Date.now() + HOUR)
  expect(timesIn(inTheFuture.id, String(stageId))).toBe(1)
  expect(timesIn(after.id, String(stageId))).toBe(1)
  // What no event tells of is found by the sweep of today, not by tomorrow's.
  const since = new Date().toISOString()
  const swept = () =>
    rig.stagecue.db
      .selectFrom('work')
      .select('id')
      .where('kind', '=', 'sweep')
      .where('state', '=', 'done')
      .where('updated_at', '>', since)
      .where('updated_at', '<', new Date(Date.now() + HOUR).toISOString())
      .execute()
  await expect.poll(async () => (await swept()).length, within).toBeGreaterThan(0)
})
