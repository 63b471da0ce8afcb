import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SEED, type Switches } from '../../portal/index.ts'
import { noneLost } from '../../positions/only-at.ts'
import { type Rig, startRig } from '../../rig.ts'
import { chatPositions } from './chat-positions.ts'
import { startOver } from './start-over.ts'

const { users, deals, channels, types } = SEED
const kimsDeal = { entityTypeId: types.deal, id: deals.kim }
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000)

/** An employee takes the conversation, and how long it took (`triggers.md`). */
describe.each(chatPositions)('Track chat accepted event and accepted time: %s', (_position, switches) => {
  let rig: Rig
  let news: () => Promise<string[]>
  const accepted = `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`
  const late = `2:${deals.kim} moved C4:NEW>C4:UC_VISIT by ${users.sam}`
  const taken = `2:${deals.kim} skipped another-trigger`
  const channelId = String(channels.sales)

  beforeAll(async () => {
    rig = await startRig({ portal: { switches } })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'chat-accepted', fields: { channelId } })
    await rig.addTrigger({ kind: 'chat-accept-time', stageId: 'C4:UC_VISIT', fields: { seconds: 60, channelId } })
  })
  afterAll(() => rig.stop())
  beforeEach(async () => {
    news = await startOver(rig)
  })

  test('moves the deal when the conversation is accepted, and only then', async () => {
    const { sessionId } = rig.portal.act.newChat()
    rig.portal.act.botMessage(sessionId, 'Somebody will be with you')
    rig.portal.act.customerMessage(sessionId, 'Hello?')
    await rig.settled()
    expect(await news()).toEqual([])
    rig.portal.act.acceptChat(sessionId)
    await rig.settled()
    expect(await news()).toEqual([accepted])
  })

  test('a transfer, messages and the end after the acceptance are no acceptance', async () => {
    const { sessionId } = rig.portal.act.newChat()
    rig.portal.act.acceptChat(sessionId)
    await rig.settled()
    rig.portal.act.moveItem(kimsDeal, 'C4:NEW')
    rig.portal.act.transferChat(sessionId, { toUserId: users.ines, toChannelId: channels.support })
    rig.portal.act.acceptChat(sessionId, { userId: users.ines })
    rig.portal.act.operatorMessage(sessionId, 'Ten euros')
    rig.portal.act.customerMessage(sessionId, 'Thank you')
    rig.portal.act.closeChat(sessionId)
    await rig.settled()
    expect(await news()).toEqual([accepted])
  })

  test('a conversation that an employee began is never accepted', async () => {
    const { sessionId } = rig.portal.act.newChat({ begunBy: 'employee' })
    rig.portal.act.customerMessage(sessionId, 'Hello')
    rig.portal.act.acceptChat(sessionId, { after: 90 })
    await rig.settled()
    expect(await news()).toEqual([])
  })

  test('another channel is none', async () => {
    const { sessionId } = rig.portal.act.newChat({ channelId: channels.support })
    await rig.settled()
    rig.portal.act.acceptChat(sessionId, { after: 90 })
    await rig.settled()
    expect(await news()).toEqual([])
  })

  test(
    'faster than `seconds` is accepted, exactly as many seconds is late, and accepted no more',
    noneLost,
    async () => {
      const fast = rig.portal.act.newChat()
      await rig.settled()
      rig.portal.act.acceptChat(fast.sessionId, { after: 59 })
      await rig.settled()
      expect(await news()).toEqual([accepted])
      rig.portal.act.moveItem(kimsDeal, 'C4:NEW')
      const slow = rig.portal.act.newChat()
      await rig.settled()
      rig.portal.act.acceptChat(slow.sessionId, { after: 60 })
      await rig.settled()
      expect(await news()).toEqual([accepted, taken, late])
    },
  )

  test(
    'is dated by when it happened, although we see it later and the conversation has gone on',
    noneLost,
    async () => {
      const { sessionId } = rig.portal.act.newChat({ at: inSeconds(-55), text: null })
      await rig.settled()
      rig.portal.faults.next({ method: 'crm.activity.list', kind: 'html', times: 2 })
      rig.portal.act.acceptChat(sessionId)
      rig.portal.act.operatorMessage(sessionId, 'Sorry for the wait', { at: inSeconds(20) })
      rig.portal.act.customerMessage(sessionId, 'No problem', { at: inSeconds(40) })
      await rig.settled()
      expect(await news()).toEqual([accepted])
    },
  )

  test('is dated right when it is first seen together with the beginning', noneLost, async () => {
    const { sessionId } = rig.portal.act.newChat({ at: inSeconds(-90), text: null })
    rig.portal.act.acceptChat(sessionId)
    await rig.settled()
    expect(await news()).toEqual([taken, late])
  })

  test('what waits while the item is busy is not forgotten', async () => {
    const one = rig.portal.act.newChat()
    const other = rig.portal.act.newChat({ channelId: channels.sales, customerId: 603 })
    await rig.settled()
    rig.portal.act.acceptChat(one.sessionId)
    rig.portal.act.acceptChat(other.sessionId)
    await rig.settled()
    expect(await news()).toEqual([accepted, `2:${deals.kim} skipped already-there`])
  })
})

describe('Track chat accepted event and accepted time: events are lost', () => {
  let rig: Rig
  const begin = async (switches: Partial<Switches>, secondsAgo = 50) => {
    rig = await startRig({ portal: { switches }, env: { SWEEP_SECONDS: '1' } })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'chat-accepted' })
    await rig.addTrigger({ kind: 'chat-accept-time', stageId: 'C4:UC_VISIT', fields: { seconds: 60 } })
    const { sessionId } = rig.portal.act.newChat({ at: inSeconds(-secondsAgo) })
    await rig.settled()
    rig.portal.switches.lostDelivery = 100
    return sessionId
  }
  afterEach(() => rig.stop())
  const storyOf = async (story: string[]) => {
    await expect.poll(() => rig.story()).toHaveLength(story.length)
    await rig.settled()
    expect(await rig.story()).toEqual(story)
  }

  test("the sweep finds it, and dates it by the first employee's message", async () => {
    const sessionId = await begin({})
    rig.portal.act.acceptChat(sessionId)
    rig.portal.act.botMessage(sessionId, 'Sam has joined')
    rig.portal.act.operatorMessage(sessionId, 'Good morning')
    await storyOf([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
  })

  test.each<[string, Partial<Switches>, boolean]>([
    ['histories may not be read', { sessionHistoryAccess: 'ACCESS_DENIED' }, true],
    ['nobody has written yet', {}, false],
  ])(
    'the sweep finds it, and it counts, though nobody can tell when it was: %s',
    async (_why, switches, isAnswered) => {
      const sessionId = await begin(switches)
      rig.portal.act.acceptChat(sessionId)
      if (isAnswered) rig.portal.act.operatorMessage(sessionId, 'Good morning')
      await storyOf([`2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
    },
  )

  test('how long it took is unknown only if it may have been long enough or not', async () => {
    const sessionId = await begin({ sessionHistoryAccess: 'ACCESS_DENIED' }, 90)
    rig.portal.act.acceptChat(sessionId)
    await storyOf(['no item skipped time-unknown', `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`])
  })
})
