import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JobType } from '../../lib/domain/job-types.ts'
import { CHECK_SUBSCRIPTIONS } from '../../lib/jobs/subscriptions/check-job.ts'
import { WEBHOOK_PING } from '../../lib/jobs/subscriptions/webhook-ping.ts'
import { enqueue } from '../../lib/store/jobs.ts'
import { findPortal } from '../../lib/store/portals.ts'
import { findSubscriptions } from '../../lib/store/subscriptions.ts'
import { SEED } from '../portal/index.ts'
import { type Rig, startRig } from '../rig.ts'
import { sendEvent } from '../send-event.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.stop())

/** Lets one round come, and what follows from it be done. */
const run = async (type: JobType) => {
  const { db, worker } = rig.stagecue
  const { memberId } = rig.portal
  const now = new Date()
  await enqueue(db, [{ portal: memberId, type, dedupKey: 'round', dueAt: now }], now)
  worker.wake(memberId)
  await rig.settled()
}
const known = () => findSubscriptions(rig.stagecue.db, rig.portal.memberId)
const boundEvents = () => rig.portal.world.bindings.map(({ event }) => event)
const untilTested = async () => {
  await expect.poll(async () => (await tests()).at(-1)?.state).toBe('done')
}
const tests = () =>
  rig.stagecue.db
    .selectFrom('work')
    .select(['state', 'reason'])
    .where('kind', '=', WEBHOOK_PING)
    .orderBy('id')
    .execute()

describe('the hourly check of subscriptions', () => {
  test('binds again what is missing', async () => {
    const { world } = rig.portal
    world.bindings = world.bindings.filter(({ event }) => event !== 'ONCRMACTIVITYADD')
    await run(CHECK_SUBSCRIPTIONS)
    expect(boundEvents()).toContain('ONCRMACTIVITYADD')
    expect((await known()).check).toMatchObject({ missing: [], codes: [] })
  })

  test('keeps why something cannot be bound', async () => {
    const { world } = rig.portal
    world.bindings = world.bindings.filter(({ event }) => event !== 'ONVOXIMPLANTCALLEND')
    world.app.scope = world.app.scope.filter((scope) => scope !== 'telephony')
    rig.portal.expireTokens()
    await run(CHECK_SUBSCRIPTIONS)
    const { check } = await known()
    expect(check).toMatchObject({ missing: ['ONVOXIMPLANTCALLEND'], codes: ['ERROR_EVENT_NOT_FOUND'] })
  })

  test('says so when nobody is left as whom it could ask', async () => {
    rig.portal.act.dismissUser(SEED.users.admin)
    await rig.stagecue.db.updateTable('access').set({ state: 'dead' }).execute()
    await run(CHECK_SUBSCRIPTIONS)
    expect((await known()).check?.codes).toEqual(['NO_READER'])
  })
})

describe('the test of events', () => {
  test('an event that comes back proves that the portal reaches us; its handler is taken away again', async () => {
    await run(WEBHOOK_PING)
    await untilTested()
    expect(await tests()).toEqual([{ state: 'done', reason: 'came-back' }])
    expect((await known()).test?.cameBackAt).toMatch(/^\d{4}-/)
    expect(boundEvents()).not.toContain('ONAPPTEST')
  })

  test('somebody else’s event proves nothing', async () => {
    rig.portal.switches.lostDelivery = 100
    await run(WEBHOOK_PING)
    await expect.poll(async () => (await known()).test?.code).toMatch(/./)
    expect(await sendEvent(rig, 'ONAPPTEST', { 'data[QUERY][code]': 'a-code-that-is-not-ours' })).toBe(200)
    await rig.settled()
    expect((await known()).test?.cameBackAt).toBeNull()
    // Half a minute later.
    const at = new Date().toISOString()
    await rig.stagecue.db.updateTable('work').set({ due_at: at }).where('kind', '=', WEBHOOK_PING).execute()
    await untilTested()
    expect(await tests()).toEqual([{ state: 'done', reason: 'no-event' }])
    expect(boundEvents()).not.toContain('ONAPPTEST')
  })

  test('the hourly check tries again until one has come back', async () => {
    await run(CHECK_SUBSCRIPTIONS)
    await untilTested()
    await run(CHECK_SUBSCRIPTIONS)
    expect(await tests()).toEqual([{ state: 'done', reason: 'came-back' }])
  })

  describe('brings the portal’s application_token, as its code was told to the portal alone', () => {
    const token = async () => (await findPortal(rig.stagecue.db, rig.portal.memberId))?.applicationToken
    const another = 'b'.repeat(32)
    /** Nothing of the portal's own arrives; the test is asked for. */
    const asked = async () => {
      rig.portal.switches.lostDelivery = 100
      await run(WEBHOOK_PING)
      await expect.poll(async () => (await known()).test?.code).toMatch(/./)
      return (await known()).test?.code ?? ''
    }
    const send = (code: string) =>
      sendEvent(rig, 'ONAPPTEST', { 'data[QUERY][code]': code, 'auth[application_token]': another })

    test('also where it is a new one', async () => {
      expect(await send(await asked())).toBe(200)
      await rig.settled()
      expect(await token()).toBe(another)
    })

    test('with another code it is refused', async () => {
      const code = await asked()
      expect(await send(`${code.slice(0, -1)}${code.endsWith('x') ? 'y' : 'x'}`)).toBe(403)
      expect(await send('')).toBe(403)
      expect(await token()).toBe(rig.portal.applicationToken)
    })

    test('a second time, or much later, it is refused', async () => {
      const code = await asked()
      expect(await sendEvent(rig, 'ONAPPTEST', { 'data[QUERY][code]': code })).toBe(200)
      await rig.settled()
      expect(await send(code)).toBe(403)
      const { test: last } = await known()
      const late = { ...(await known()), test: { ...last, cameBackAt: null, askedAt: '2026-01-01T00:00:00.000Z' } }
      await rig.stagecue.db
        .updateTable('portal')
        .set({ subscriptions: JSON.stringify(late) })
        .execute()
      expect(await send(code)).toBe(403)
    })

    test('another event with that code is refused', async () => {
      const code = await asked()
      const fields = { 'data[QUERY][code]': code, 'auth[application_token]': another }
      expect(await sendEvent(rig, 'ONCRMACTIVITYADD', fields)).toBe(403)
    })
  })
})
