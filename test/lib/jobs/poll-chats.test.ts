import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { periodicJobs } from '../../../lib/jobs/periodic-jobs.ts'
import { POLL_CHATS } from '../../../lib/jobs/poll-chats.ts'
import { SEED, type Switches } from '../../portal/index.ts'
import { onlyAt } from '../../positions/only-at.ts'
import { type Rig, startRig } from '../../rig.ts'
import { whereHeard } from '../triggers/chat-positions.ts'

const { users, deals, channels } = SEED
const moved = `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`

let rig: Rig
const begin = async (switches: Partial<Switches>, env: Record<string, string>) => {
  rig = await startRig({ portal: { switches }, env })
  await rig.as(users.sam)
  await rig.addTrigger({ kind: 'chat-message', fields: { text: 'price' } })
  await rig.settled()
}
afterEach(() => rig.stop())

const storyOf = (length: number) => expect.poll(() => rig.story()).toHaveLength(length)
const historiesRead = () =>
  rig.portal.requests.flatMap(({ methods }) => methods).filter((method) => method === 'imopenlines.session.history.get')
    .length
const rounds = async () => {
  const work = rig.stagecue.db.selectFrom('work').selectAll().where('kind', '=', 'poll-chats')
  return (await work.where('state', '=', 'done').execute()).length
}
/** Waits for so many further rounds. */
const pass = async (count: number) => {
  const until = (await rounds()) + count
  await expect.poll(rounds).toBeGreaterThanOrEqual(until)
  await rig.settled()
}
const sourceOf = async (channelId: number) => {
  const channel = await rig.stagecue.db.selectFrom('channel').selectAll().execute()
  return channel.find((one) => one.channel_id === String(channelId))?.source
}

describe('where no events of messages come', whereHeard({ openLineEvents: 'none' }), () => {
  beforeEach(() => begin({ openLineEvents: 'none' }, { CHAT_POLL_SECONDS: '1', SWEEP_SECONDS: '3600' }))

  test('the history is read in rounds, when even the updates of activities are lost', async () => {
    const { sessionId } = rig.portal.act.newChat({ text: 'Good morning' })
    await rig.settled()
    rig.portal.switches.lostDelivery = 100
    rig.portal.act.customerMessage(sessionId, 'the price')
    rig.portal.act.operatorMessage(sessionId, 'the price')
    await storyOf(1)
    await pass(2)
    expect(await rig.story()).toEqual([moved])
    const { source } = await rig.stagecue.db.selectFrom('occurrence').select('source').executeTakeFirstOrThrow()
    expect(source).toBe('poll')
  })

  test('a storm of conversations in one second is listed page by page', async () => {
    rig.portal.switches.lostDelivery = 100
    const at = new Date()
    const bindings = [{ entityTypeId: SEED.types.lead, id: SEED.leads.noa }]
    for (let customerId = 700; customerId < 820; customerId += 1) {
      rig.portal.act.newChat({ text: 'the price', at, customerId, bindings })
    }
    const counted = async () => (await rig.stagecue.db.selectFrom('occurrence').select('key').execute()).length
    await expect.poll(counted).toBe(120)
    await pass(3)
    expect(await counted()).toBe(120)
  })

  test('a conversation that nobody writes in is not read again and again', async () => {
    rig.portal.act.newChat({ text: 'Good morning' })
    await rig.settled()
    await pass(3)
    const before = historiesRead()
    await pass(2)
    expect(historiesRead()).toBe(before)
  })

  test('what was written before the trigger was ready is none of its business', async () => {
    const at = new Date(Date.now() - 60_000)
    rig.portal.act.newChat({ text: 'the price', at })
    await pass(2)
    expect(await rig.story()).toEqual([])
  })
})

describe(
  'where events of messages come',
  onlyAt({ openLineEvents: 'all', sessionHistoryAccess: 'allowed for admin' }),
  () => {
    beforeEach(() => begin({}, { CHAT_POLL_SECONDS: '1', SWEEP_SECONDS: '2' }))

    test('one that is lost is found by the rarer rounds, and counts once', async () => {
      const { sessionId } = rig.portal.act.newChat({ text: 'Good morning' })
      await rig.settled()
      expect(await sourceOf(channels.sales)).toBe('events')
      rig.portal.switches.lostDelivery = 100
      rig.portal.act.customerMessage(sessionId, 'the price')
      await storyOf(1)
      rig.portal.switches.lostDelivery = 0
      await pass(3)
      expect(await rig.story()).toEqual([moved])
      expect(await sourceOf(channels.sales)).toBe('events')
    })

    test('an edit stays nothing', async () => {
      const { sessionId } = rig.portal.act.newChat({ text: 'Good morning' })
      const { messageId } = rig.portal.act.customerMessage(sessionId, 'the prize')
      await rig.settled()
      rig.portal.act.editMessage(messageId, 'the price')
      rig.portal.act.operatorMessage(sessionId, 'Hello')
      await pass(4)
      expect(await rig.story()).toEqual([])
    })

    test('a channel whose events stay away is read from its histories', async () => {
      const { sessionId } = rig.portal.act.newChat({ text: 'Good morning', at: new Date(Date.now() - 300_000) })
      await rig.settled()
      expect(await sourceOf(channels.sales)).toBe('events')
      const anHourAgo = new Date(Date.now() - 3600_000).toISOString()
      await rig.stagecue.db.updateTable('trigger').set({ ready_at: anHourAgo }).execute()
      await rig.stagecue.db.updateTable('portal').set({ installed_at: anHourAgo }).execute()
      rig.portal.switches.openLineEvents = 'none'
      rig.portal.act.customerMessage(sessionId, 'the price', { at: new Date(Date.now() - 90_000) })
      rig.portal.act.operatorMessage(sessionId, 'Ten euros')
      await storyOf(1)
      expect(await sourceOf(channels.sales)).toBe('history')
      rig.portal.switches.openLineEvents = 'all'
      rig.portal.act.customerMessage(sessionId, 'Thank you')
      await rig.settled()
      expect(await sourceOf(channels.sales)).toBe('events')
    })
  },
)

test('there are rounds only in portals with an enabled trigger of the kind', async () => {
  rig = await startRig()
  const { config, db } = rig.stagecue
  const portals = () =>
    periodicJobs(config)
      .find(({ type }) => type === POLL_CHATS)
      ?.portals(db, new Date())
  await rig.addTrigger({ kind: 'chat-accepted' })
  expect(await portals()).toEqual([])
  const { id } = await rig.addTrigger({ kind: 'chat-message', fields: { text: 'price' } })
  expect(await portals()).toEqual([rig.portal.memberId])
  const admin = await rig.as(users.admin)
  await admin('DELETE', `/api/triggers/${id}`)
  expect(await portals()).toEqual([])
})
