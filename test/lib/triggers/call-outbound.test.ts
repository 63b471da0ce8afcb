import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SEED } from '../../portal/index.ts'
import { countsRequests } from '../../positions/only-at.ts'
import { type Rig, startRig } from '../../rig.ts'
import { sendEvent } from '../../send-event.ts'

const { users, deals, leads, phones, types } = SEED

/** An employee called a customer (`triggers.md`). */
describe('Track outbound call', () => {
  let rig: Rig
  let told: number
  const news = async () => (await rig.story()).slice(told)
  const moved = `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`

  beforeAll(async () => {
    rig = await startRig()
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'call-outbound' })
    // Requests are counted here: the first tick of the clock brings rounds of all kinds of work, and then none for long.
    await sleep(1100)
    await rig.settled()
  })
  afterAll(() => rig.stop())
  beforeEach(async () => {
    rig.portal.act.moveItem({ entityTypeId: types.deal, id: deals.kim }, 'C4:NEW')
    await rig.settled()
    told = (await rig.story()).length
  })

  test('moves the deal, answered or not', async () => {
    rig.portal.act.callOut()
    await rig.settled()
    expect(await news()).toEqual([moved])
    rig.portal.act.moveItem({ entityTypeId: types.deal, id: deals.kim }, 'C4:NEW')
    rig.portal.act.callOut({ answered: false })
    await rig.settled()
    expect(await news()).toEqual([moved, moved])
  })

  test('a call from a customer, a callback and a call of a robot are none', async () => {
    rig.portal.act.callIn()
    rig.portal.act.callback()
    rig.portal.act.infoCall()
    await rig.settled()
    expect(await news()).toEqual([])
  })

  test('a planned call and one written down by hand are none; the real call that is attached to the plan is one', async () => {
    const plan = rig.portal.act.planCall()
    rig.portal.act.logCallByHand()
    await rig.settled()
    expect(await news()).toEqual([])
    rig.portal.act.attachCallToPlan(plan)
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test('a notice that comes twice counts once', async () => {
    rig.portal.switches.duplicateDelivery = 100
    rig.portal.act.callOut()
    await rig.settled()
    rig.portal.switches.duplicateDelivery = 0
    expect(await news()).toEqual([moved])
  })

  test('a made-up call moves nothing: the portal does not know it', async () => {
    const fields = { 'data[CALL_ID]': 'FORGED.1', 'data[CALL_TYPE]': '1', 'data[CRM_ACTIVITY_ID]': '1' }
    expect(await sendEvent(rig, 'ONVOXIMPLANTCALLEND', fields)).toBe(200)
    await rig.settled()
    expect(await news()).toEqual([])
  })

  test(
    'an activity that nobody names is found by its call, and costs no request of its own',
    countsRequests,
    async () => {
      rig.portal.switches.callActivityId = 'missing'
      const before = rig.portal.requests.length
      rig.portal.act.callOut()
      await rig.settled()
      rig.portal.switches.callActivityId = 'present'
      expect(await news()).toEqual([moved])
      expect(rig.portal.requests.length - before).toBe(2)
    },
  )

  test('without an activity, the lead that the statistics name moves', async () => {
    await rig.addTrigger({ kind: 'call-outbound', entityTypeId: types.lead, categoryId: null, stageId: 'IN_PROCESS' })
    rig.portal.switches.callActivityId = 'empty'
    const { activityId } = rig.portal.act.callOut({ phone: phones.noa })
    rig.portal.act.deleteActivity(Number(activityId))
    await rig.settled()
    rig.portal.switches.callActivityId = 'present'
    expect(await news()).toEqual(['no item skipped no-item', `1:${leads.noa} moved NEW>IN_PROCESS by ${users.sam}`])
  })

  test('a call between employees leaves no trace: one request, no occurrence, no entry', countsRequests, async () => {
    const known = await rig.stagecue.db.selectFrom('occurrence').select('key').execute()
    const before = rig.portal.requests.length
    rig.portal.act.callColleague()
    await rig.settled()
    expect(await news()).toEqual([])
    expect(rig.portal.requests.length - before).toBe(1)
    expect(await rig.stagecue.db.selectFrom('occurrence').select('key').execute()).toEqual(known)
  })
})
