import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals, lines, types } = SEED

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
})
