import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SEED } from '../../portal/index.ts'
import { noneLost } from '../../positions/only-at.ts'
import { type Rig, startRig } from '../../rig.ts'
import { startOver } from './start-over.ts'

const { users, deals, lines, phones, types } = SEED

/** A customer's call was not picked up (`triggers.md`). */
describe('Track missed call', () => {
  let rig: Rig
  let told: number
  const news = async () => (await rig.story()).slice(told)
  const moved = `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`

  beforeAll(async () => {
    rig = await startRig()
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'call-missed', fields: { line: lines.cloud } })
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

  test('moves the deal of the caller', async () => {
    rig.portal.act.callIn({ result: 'missed' })
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test.each(['answered', 'declined', 'busy', 'cancelled'] as const)('a call that was %s is none', async (result) => {
    rig.portal.act.callIn({ result })
    await rig.settled()
    expect(await news()).toEqual([])
  })

  test('a redirected call whose first leg was missed and whose second was answered is none', async () => {
    rig.portal.act.callIn({ result: 'redirected', legGapMs: 200 })
    await rig.settled()
    expect(await news()).toEqual([])
  })

  test('a redirected call that nobody answered is one', async () => {
    rig.portal.act.callIn({ result: 'redirected', redirectTo: null, legGapMs: 200 })
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test('a call on another line is filtered, and the list of what filters ruled out has it', async () => {
    rig.portal.act.callIn({ result: 'missed', line: lines.office })
    await rig.settled()
    expect(await news()).toEqual([])
    const admin = await rig.as(users.admin)
    const { body } = await admin('GET', '/api/journal?reason=filter')
    expect(body.entries[0].occurrence.facts).toMatchObject({ line: lines.office })
  })

  test('one restored from the recycle bin does not count again', async () => {
    const { activityId } = rig.portal.act.callIn({ result: 'missed' })
    await rig.settled()
    rig.portal.act.restoreCall(activityId ?? 0)
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test('a call that the event says was answered costs no request', noneLost, async () => {
    const asked = () => rig.portal.requests.length
    const before = asked()
    rig.portal.act.callIn()
    await rig.settled()
    expect(asked() - before).toBe(0)
    expect(await news()).toEqual([])
  })
})

/** What exchanges and telephony apps write for "nobody picked up" (`triggers.md`, Telephony). */
describe('Track missed call, told by exchanges and telephony apps', () => {
  let rig: Rig
  let news: () => Promise<string[]>
  const bindings = [{ entityTypeId: types.deal, id: deals.kim }]
  const moved = `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`
  const visit = `2:${deals.kim} moved C4:NEW>C4:UC_VISIT by ${users.sam}`
  const leg = (code: string, durationSeconds = 0) => ({ userId: users.sam, code, durationSeconds })
  let customers = 0
  /** A customer of Kim's deal; each test has its own, so that their calls do not meet. */
  let phone = ''
  /** A telephony app rings one telephone of a group: a CALL_ID of its own. */
  const ring = (code: string, durationSeconds = 0, call: Parameters<Rig['portal']['act']['callIn']>[0] = {}) => {
    rig.portal.act.callIn({ restAppId: 12, phone, bindings, legs: [leg(code, durationSeconds)], ...call })
  }

  beforeAll(async () => {
    rig = await startRig()
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'call-missed' })
    await rig.addTrigger({
      kind: 'call-missed',
      stageId: 'C4:UC_VISIT',
      fields: { line: lines.office, declined: true },
    })
  })
  afterAll(() => rig.stop())
  beforeEach(async () => {
    news = await startOver(rig)
    customers += 1
    phone = `+493055590${customers}`
  })

  test.each(['304', '480', '408', '505', 'VI_STATUS_304', 'VI_STATUS_480', ''])('code "%s" is one', async (code) => {
    rig.portal.act.callIn({ legs: [leg(code)] })
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test.each(['603', '603-S', '486', 'VI_STATUS_603'])(
    'code %s is one for the trigger with `declined` only',
    async (code) => {
      rig.portal.act.callIn({ legs: [leg(code)], line: lines.office })
      await rig.settled()
      expect(await news()).toEqual([visit])
    },
  )

  test.each(['404', '402', '403', 'OTHER'])('code %s is none: no employee had to do with it', async (code) => {
    rig.portal.act.callIn({ legs: [leg(code)], line: lines.office })
    await rig.settled()
    expect(await news()).toEqual([])
  })

  test('five telephones of a group ring and one of them answers: nobody missed the call', async () => {
    ring('304')
    ring('200', 65)
    for (const code of ['304', '304', '304']) ring(code)
    await rig.settled()
    expect(await news()).toEqual([])
  })

  test('five telephones of a group ring and nobody answers: one call was missed', async () => {
    for (const code of ['304', '480', '304', '603', '']) ring(code)
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test.each([
    [null, 1],
    [users.ines, 0],
  ])('a group that a telephony app registers, answered by %s: missed calls %i', async (answeredBy, missed) => {
    rig.portal.act.ringGroup({ answeredBy, durationSeconds: 3 })
    await rig.settled()
    expect(await news()).toHaveLength(missed)
  })

  test('a telephone that rings on while another begins to is of the group', async () => {
    ring('304', 4)
    ring('304')
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test('another customer who is answered meanwhile takes nothing away from the one who is not', async () => {
    ring('304')
    ring('200', 30, { phone: phones.lee })
    ring('304')
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test('a customer who calls again and is answered was missed the first time', async () => {
    ring('304')
    ring('200', 5, { at: new Date(Date.now() + 30_000) })
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test('customers who hide their number are not taken for one another', async () => {
    ring('304', 0, { phone: 'anonymous' })
    ring('200', 20, { phone: 'anonymous', bindings: [] })
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test('a group whose events name no activity is one call too', async () => {
    rig.portal.switches.callActivityId = 'empty'
    for (const code of ['304', '304', '304']) ring(code)
    await rig.settled()
    rig.portal.switches.callActivityId = 'present'
    expect(await news()).toEqual([moved])
  })
})
