import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals, types } = SEED

/** An employee sends an e-mail to a customer (`triggers.md`). */
describe('Track email message to customer', () => {
  let rig: Rig
  let told: number
  const news = async () => (await rig.story()).slice(told)

  beforeAll(async () => {
    rig = await startRig()
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'email-outgoing' })
    await rig.addTrigger({ kind: 'email-outgoing', stageId: 'C4:UC_OFFER', fields: { automatic: true } })
  })
  afterAll(() => rig.stop())
  beforeEach(async () => {
    rig.portal.act.moveItem({ entityTypeId: types.deal, id: deals.kim }, 'C4:NEW')
    await rig.settled()
    told = (await rig.story()).length
  })

  test('moves the deal once, although its adding and two updates are three notices', async () => {
    rig.portal.act.sendMail()
    await rig.settled()
    expect(await news()).toEqual([
      `2:${deals.kim} skipped another-trigger`,
      `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`,
    ])
  })

  test('waits for SETTINGS that come late: an e-mail of an automation rule is known as one', async () => {
    rig.portal.act.sendMail({ byRobot: true, settingsAfterMs: 400 })
    await rig.settled()
    expect(await news()).toEqual([`2:${deals.kim} moved C4:NEW>C4:UC_OFFER by ${users.sam}`])
  })

  test('an e-mail of an automation rule counts only with `automatic`; the other trigger keeps it in its list', async () => {
    rig.portal.act.sendMail({ byRobot: true })
    await rig.settled()
    expect(await news()).toEqual([`2:${deals.kim} moved C4:NEW>C4:UC_OFFER by ${users.sam}`])
    const admin = await rig.as(users.admin)
    const { body } = await admin('GET', '/api/journal?reason=filter')
    expect(body.entries[0]).toMatchObject({ outcome: 'skipped', reason: 'filter', item: null })
  })

  test('after ten seconds without SETTINGS an employee sent it', async () => {
    rig.portal.act.sendMail({ updates: 0 })
    await rig.settled()
    expect(await news()).toContain(`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`)
  })

  test('an e-mail that comes in does not count', async () => {
    rig.portal.act.receiveMail()
    await rig.settled()
    expect(await news()).toEqual([])
  })

  test('one restored from the recycle bin does not count again', async () => {
    const { activityId } = rig.portal.act.sendMail()
    await rig.settled()
    const before = (await news()).length
    rig.portal.act.restoreMail(activityId)
    await rig.settled()
    expect(await news()).toHaveLength(before)
  })
})
