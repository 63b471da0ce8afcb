import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'
import { chatPositions } from './chat-positions.ts'
import { startOver } from './start-over.ts'

const { users, deals, channels, phones, types } = SEED

/** A customer begins a conversation in an Open Channel (`triggers.md`). */
describe.each(chatPositions)("Track customer's initial message: %s", (_position, switches) => {
  let rig: Rig
  let news: () => Promise<string[]>
  const moved = `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`

  beforeAll(async () => {
    rig = await startRig({ portal: { switches } })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'chat-first-message', fields: { channelId: String(channels.sales) } })
  })
  afterAll(() => rig.stop())
  beforeEach(async () => {
    news = await startOver(rig)
  })

  test('moves the deal once; what follows in the conversation is no news', async () => {
    const { sessionId } = rig.portal.act.newChat()
    await rig.settled()
    expect(await news()).toEqual([moved])
    rig.portal.act.moveItem({ entityTypeId: types.deal, id: deals.kim }, 'C4:NEW')
    rig.portal.act.customerMessage(sessionId, 'Are you there?')
    rig.portal.act.acceptChat(sessionId)
    rig.portal.act.operatorMessage(sessionId, 'I am')
    rig.portal.act.transferChat(sessionId, { toUserId: users.ines })
    rig.portal.act.closeChat(sessionId)
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test('a new conversation after it was closed is a new one, in the same chat', async () => {
    const first = rig.portal.act.newChat()
    rig.portal.act.closeChat(first.sessionId)
    await rig.settled()
    rig.portal.act.moveItem({ entityTypeId: types.deal, id: deals.kim }, 'C4:NEW')
    const second = rig.portal.act.newChat()
    await rig.settled()
    expect(second.chatId).toBe(first.chatId)
    expect(await news()).toEqual([moved, moved])
  })

  test('one that an employee began is none, even when the customer answers', async () => {
    const { sessionId } = rig.portal.act.newChat({ begunBy: 'employee' })
    rig.portal.act.customerMessage(sessionId, 'Hello')
    await rig.settled()
    expect(await news()).toEqual([])
  })

  test('another channel is none', async () => {
    rig.portal.act.newChat({ channelId: channels.support })
    await rig.settled()
    expect(await news()).toEqual([])
  })

  test('one that CRM knows nothing of is none; that of a stranger has no item', async () => {
    rig.portal.act.newChat({ inCrm: false })
    rig.portal.act.newChat({ phone: phones.stranger })
    await rig.settled()
    expect(await news()).toEqual([])
  })
})

describe("Track customer's initial message: events are lost", () => {
  test('the sweep finds the conversation', async () => {
    const rig = await startRig({ env: { SWEEP_SECONDS: '1' } })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'chat-first-message' })
    rig.portal.switches.lostDelivery = 100
    rig.portal.act.newChat()
    await expect.poll(() => rig.story()).toHaveLength(1)
    await rig.settled()
    expect(await rig.story()).toEqual([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
    await rig.stop()
  })
})
