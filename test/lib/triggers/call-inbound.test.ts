import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'
import { startOver } from './start-over.ts'

const { users, deals, lines, phones } = SEED

/** A call from a customer ended, answered or not (`triggers.md`). */
describe('Track inbound call', () => {
  let rig: Rig
  let news: () => Promise<string[]>
  const moved = `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`

  beforeAll(async () => {
    rig = await startRig()
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'call-inbound', fields: { line: `+${lines.rented}` } })
  })
  afterAll(() => rig.stop())
  beforeEach(async () => {
    news = await startOver(rig)
  })

  test.each(['answered', 'missed', 'declined', 'redirected'] as const)('moves the deal: %s', async (result) => {
    rig.portal.act.callIn({ result, line: lines.rented })
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test('another line, an outbound call, a callback and a call of a robot are none', async () => {
    rig.portal.act.callIn({ line: lines.cloud })
    rig.portal.act.callOut({ line: lines.rented })
    rig.portal.act.callback({ line: lines.rented })
    rig.portal.act.infoCall({ line: lines.rented })
    await rig.settled()
    expect(await news()).toEqual([])
  })

  test('a missed call is decided for "missed" first, and what that moved is not moved again', async () => {
    const { id } = await rig.addTrigger({ kind: 'call-missed', stageId: 'C4:UC_VISIT' })
    rig.portal.act.callIn({ result: 'missed', line: lines.rented })
    await rig.settled()
    expect(await news()).toEqual([
      `2:${deals.kim} skipped another-trigger`,
      `2:${deals.kim} moved C4:NEW>C4:UC_VISIT by ${users.sam}`,
    ])
    const admin = await rig.as(users.admin)
    expect((await admin('DELETE', `/api/triggers/${id}`)).status).toBe(204)
  })

  test('a call of a stranger has no item', async () => {
    rig.portal.act.callIn({ phone: phones.stranger, line: lines.rented })
    await rig.settled()
    expect(await news()).toEqual(['no item skipped no-item'])
  })

  test('several telephones that a telephony app rings at once are one call', async () => {
    for (const code of ['304', '200', '304']) {
      const durationSeconds = code === '200' ? 20 : 0
      const legs = [{ userId: users.sam, code, durationSeconds }]
      rig.portal.act.callIn({ restAppId: 12, line: lines.rented, legs })
    }
    await rig.settled()
    expect(await news()).toEqual([moved])
  })
})
