import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SEED, type Switches } from '../../portal/index.ts'
import { userCode } from '../../portal/world/conversation.ts'
import { onlyAt, withoutMore } from '../../positions/only-at.ts'
import { type Rig, startRig } from '../../rig.ts'
import { sendEvent } from '../../send-event.ts'
import { whereHeard } from './chat-positions.ts'
import { startOver } from './start-over.ts'

const { users, deals, leads, channels, types } = SEED
const kimsDeal = { entityTypeId: types.deal, id: deals.kim }
const moved = `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`
const alreadyThere = `2:${deals.kim} skipped already-there`

/** Where the messages come from, and in which shape; without both events and histories there is nothing to hear. */
const positions: [string, Partial<Switches>][] = [
  ['events of everybody', {}],
  ['events as lists', { openLineDataShape: 'array' }],
  ['events of employees only', { openLineEvents: 'operatorOnly' }],
  ['no events', { openLineEvents: 'none' }],
  ['histories may not be read', { sessionHistoryAccess: 'ACCESS_DENIED' }],
  ['histories do not tell what the messenger calls a message', { connectorMid: 'absent' }],
  ['connectors keep chats of groups', { groupChatConnector: 'yes' }],
  ['events tell when it was written', { openLineMessageDate: 'Unix seconds' }],
  ['events tell an empty time', { openLineMessageDate: 'empty' }],
  ['every notice doubled', { duplicateDelivery: 100 }],
  ['notices in order', { eventOrder: 'strict' }],
]

for (const [position, switches] of positions)
  describe(`Track customer messages: ${position}`, whereHeard(switches), () => customerMessages(switches))

/** A customer's message contains the text (`triggers.md`). */
function customerMessages(switches: Partial<Switches>): void {
  let rig: Rig
  let news: () => Promise<string[]>
  let logged = ''
  /** A conversation that has said nothing of interest so far. */
  const talk = async (chat: Parameters<Rig['portal']['act']['newChat']>[0] = {}) => {
    const { sessionId } = rig.portal.act.newChat({ text: 'Good morning', ...chat })
    await rig.settled()
    return sessionId
  }

  beforeAll(async () => {
    const logTo = {
      write: (line: string) => {
        logged += line
      },
    }
    rig = await startRig({ portal: { switches }, logTo })
    await rig.as(users.sam)
    const fields = { text: ' new price ', channelId: String(channels.sales) }
    await rig.addTrigger({ kind: 'chat-message', fields })
    await rig.settled()
  })
  afterAll(() => rig.stop())
  beforeEach(async () => {
    news = await startOver(rig)
  })

  test('moves the deal, whether the conversation begins with it or goes on with it', async () => {
    const { sessionId } = rig.portal.act.newChat({ text: 'What is the new price, please?' })
    await rig.settled()
    expect(await news()).toEqual([moved])
    rig.portal.act.moveItem(kimsDeal, 'C4:NEW')
    rig.portal.act.customerMessage(sessionId, 'Is "new price" before tax?')
    await rig.settled()
    expect(await news()).toEqual([moved, moved])
  })

  test.each([
    ['capital letters', 'What is the New Price?'],
    ['the words in another order', 'a price that is new'],
    ['part of a word', 'new prices'],
    ['part of a word before it', 'renew price'],
    ['no blank', 'the newprice'],
    ['words that are quoted', '[quote]the new price[/quote] no, thank you'],
    ['a line that is quoted', '>> the new price\nno'],
    ['what a connector copies from a telephone', '=== Outgoing message, author: Phone ===\nthe new price'],
    ['what a connector says itself', '=== SYSTEM WZ ===\nNot delivered: the new price'],
  ])('%s are none', async (_what, text) => {
    rig.portal.act.customerMessage(await talk(), text)
    await rig.settled()
    expect(await news()).toEqual([])
  })

  test.each([
    ['two blanks', 'the new  price'],
    ['a blank that does not break', 'the new\u00a0price'],
    ['a line break', 'the new\nprice'],
    ['what nobody can see', 'the ne\u200bw price'],
  ])('%s may stand in it', async (_what, text) => {
    rig.portal.act.customerMessage(await talk(), text)
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test('BB codes are no letters', async () => {
    const sessionId = await talk()
    rig.portal.act.customerMessage(sessionId, '[url=https://shop.example/new price]here[/url]')
    await rig.settled()
    expect(await news()).toEqual([])
    rig.portal.act.customerMessage(sessionId, 'the [b]new[/b] pri[i]ce[/i]')
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test('messages of employees, bots and the system are none', async () => {
    const sessionId = await talk()
    rig.portal.act.acceptChat(sessionId)
    rig.portal.act.operatorMessage(sessionId, 'Here is the new price')
    rig.portal.act.botMessage(sessionId, 'Ask me for the new price')
    rig.portal.act.systemMessage(sessionId, 'Tag: new price')
    await rig.settled()
    expect(await news()).toEqual([])
  })

  test('another channel is none', async () => {
    rig.portal.act.customerMessage(await talk({ channelId: channels.support }), 'the new price')
    await rig.settled()
    expect(await news()).toEqual([])
  })

  test('an edit is no message: neither one into the text nor one that keeps it', async () => {
    const sessionId = await talk()
    const { messageId } = rig.portal.act.customerMessage(sessionId, 'the new prize')
    await rig.settled()
    rig.portal.act.editMessage(messageId, 'the new price')
    rig.portal.act.customerMessage(sessionId, 'Sorry')
    await rig.settled()
    expect(await news()).toEqual([])
    const other = rig.portal.act.customerMessage(sessionId, 'So what is the new price?')
    await rig.settled()
    rig.portal.act.editMessage(other.messageId, 'So what is the new price, please?')
    rig.portal.act.customerMessage(sessionId, 'Hello?')
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test('the same words twice in one second are two messages', async () => {
    const sessionId = await talk()
    const at = new Date()
    rig.portal.act.customerMessage(sessionId, 'new price', { at })
    rig.portal.act.customerMessage(sessionId, 'new price', { at })
    await rig.settled()
    expect(await news()).toEqual([moved, alreadyThere])
  })

  test('a customer may answer in a conversation that an employee began, and in a new one after the end', async () => {
    const sessionId = await talk({ begunBy: 'employee' })
    rig.portal.act.customerMessage(sessionId, 'a new price')
    await rig.settled()
    rig.portal.act.closeChat(sessionId)
    rig.portal.act.moveItem(kimsDeal, 'C4:NEW')
    await rig.settled()
    rig.portal.act.customerMessage(await talk(), 'a new price')
    await rig.settled()
    expect(await news()).toEqual([moved, moved])
  })

  test("the customers' words are neither stored nor logged", async () => {
    rig.portal.act.customerMessage(await talk(), 'Canary-words and a new price')
    rig.portal.act.customerMessage(await talk(), 'Canary-words and no more')
    await rig.settled()
    expect(await news()).toEqual([moved])
    const files = readdirSync(rig.dataDir).map(
      (name) => [name, readFileSync(join(rig.dataDir, name), 'latin1')] as const,
    )
    // Megabytes: an assertion of the texts themselves would look at each letter several times.
    const placesOf = (words: string) =>
      [...files, ['log', logged] as const]
        .filter(([, text]) => text.toLowerCase().includes(words))
        .map(([name]) => name)
    expect(placesOf('telegrambot')).toContainEqual(expect.stringContaining('stagecue.db'))
    expect(placesOf('canary-words')).toEqual([])
  })
}

test('the event of messages is bound only while an enabled trigger needs it', async () => {
  const rig = await startRig()
  const bound = () => rig.portal.world.bindings.map(({ event }) => event)
  expect(bound()).not.toContain('ONOPENLINEMESSAGEADD')
  const { id } = await rig.addTrigger({ kind: 'chat-message', fields: { text: 'price' } })
  await rig.settled()
  expect(bound()).toContain('ONOPENLINEMESSAGEADD')
  const admin = await rig.as(users.admin)
  await admin('DELETE', `/api/triggers/${id}`)
  await rig.settled()
  expect(bound()).not.toContain('ONOPENLINEMESSAGEADD')
  await rig.stop()
})

describe('Track customer messages', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
    await rig.as(users.sam)
    // Requests are counted here: the first tick of the clock brings rounds of all kinds of work, and then none for long.
    await sleep(1100)
    await rig.addTrigger({ kind: 'chat-message', fields: { text: 'price', channelId: String(channels.sales) } })
    await rig.settled()
  })
  afterAll(() => rig.stop())

  /** Where histories may not be read, what the portal does not prove has an entry of its own: `unproven`. */
  const whereRead = onlyAt({ sessionHistoryAccess: 'allowed for admin' })
  // What a message costs: a chat of a group is asked for by the name of the person first; without its event a message is not known by its text;
  // a history that may not be read is asked for all the same, and then the portal has to prove the message otherwise.
  const byEvents = onlyAt({
    groupChatConnector: 'no',
    openLineEvents: 'all',
    sessionHistoryAccess: 'allowed for admin',
    ...withoutMore,
  })
  test('a message without the text, or in another channel, costs no request', byEvents, async () => {
    const asked = () => rig.portal.requests.length
    const before = asked()
    const { sessionId } = rig.portal.act.newChat({ text: 'Good morning' })
    await rig.settled()
    rig.portal.act.customerMessage(sessionId, 'How much?')
    const other = rig.portal.act.newChat({ channelId: channels.support, text: 'the price' })
    rig.portal.act.customerMessage(other.sessionId, 'the price')
    rig.portal.act.operatorMessage(sessionId, 'the price')
    await rig.settled()
    expect(asked() - before).toBe(0)
    rig.portal.act.customerMessage(sessionId, 'the price')
    await rig.settled()
    expect(asked() - before).toBe(2)
  })

  test('one at the end of a conversation is found although the next has begun', async () => {
    const before = (await rig.story()).length
    const { sessionId } = rig.portal.act.newChat({ text: 'Hello' })
    await rig.settled()
    rig.portal.act.customerMessage(sessionId, 'the price')
    rig.portal.act.closeChat(sessionId)
    rig.portal.act.newChat({ text: 'Hello again' })
    await rig.settled()
    expect((await rig.story()).slice(before)).toHaveLength(1)
  })

  test.each(['missing', 'empty', 'Unix seconds'] as const)(
    'the same words thrice in one second count thrice, though nothing but their time (%s) tells them apart',
    whereRead,
    async (openLineMessageDate) => {
      const before = { ...rig.portal.switches }
      Object.assign(rig.portal.switches, { openLineMessageDate, connectorMid: 'absent' })
      const { sessionId } = rig.portal.act.newChat({ text: 'Hello' })
      await rig.settled()
      const second = Math.floor(Date.now() / 1000) * 1000
      const write = (ms: number) =>
        rig.portal.act.customerMessage(sessionId, 'the price', { at: new Date(second + ms) }).messageId
      const written = [write(100)]
      await rig.settled()
      written.push(write(500), write(900))
      await rig.settled()
      Object.assign(rig.portal.switches, before)
      const counted = await rig.stagecue.db
        .selectFrom('occurrence')
        .select('key')
        .where('key', 'like', `%:${sessionId}:%`)
        .execute()
      expect(counted.map(({ key }) => key).sort()).toEqual(
        written.map((id) => `chat-message:${sessionId}:${id}`).sort(),
      )
    },
  )

  test('in a group everybody who writes is a customer', async () => {
    const { switches } = rig.portal
    const { groupChatConnector } = switches
    switches.groupChatConnector = 'yes'
    const { sessionId } = rig.portal.act.newChat({ text: 'Hello', customerId: 640 })
    switches.groupChatConnector = groupChatConnector
    await rig.settled()
    const before = (await rig.story()).length
    rig.portal.act.customerMessage(sessionId, 'What is the price?', { customerId: 641 })
    rig.portal.act.customerMessage(sessionId, 'And the price of two?', { customerId: 642 })
    await rig.settled()
    expect((await rig.story()).slice(before)).toHaveLength(2)
  })

  const byBoth = onlyAt({ openLineEvents: 'all', sessionHistoryAccess: 'allowed for admin', lostDelivery: 0 })
  test(
    "counts under the message's own id; where histories may not be read, under the messenger's",
    byBoth,
    async () => {
      const { sessionId } = rig.portal.act.newChat({ text: 'Hello' })
      const read = rig.portal.act.customerMessage(sessionId, 'the price')
      await rig.settled()
      rig.portal.switches.sessionHistoryAccess = 'ACCESS_DENIED'
      const unread = rig.portal.act.customerMessage(sessionId, 'the price')
      await rig.settled()
      rig.portal.switches.sessionHistoryAccess = 'allowed for admin'
      const keys = await rig.stagecue.db.selectFrom('occurrence').select('key').execute()
      const conversation = rig.portal.world.conversations.get(sessionId)
      if (!conversation) throw new Error('no conversation')
      expect(keys.map(({ key }) => key)).toEqual(
        expect.arrayContaining([
          `chat-message:${sessionId}:${read.messageId}`,
          `chat-message:${userCode(conversation)}:x${unread.externalId}`,
        ]),
      )
    },
  )

  // Its event alone tells of it: there is no activity that a message would change.
  test(
    'a conversation that CRM knows nothing of has no item',
    onlyAt({ openLineEvents: 'all', lostDelivery: 0 }),
    async () => {
      const before = (await rig.story()).length
      rig.portal.act.newChat({ inCrm: false, text: 'the price' })
      await rig.settled()
      expect((await rig.story()).slice(before)).toEqual(['no item skipped no-item'])
    },
  )

  test('many customers at once are heard in few requests', byEvents, async () => {
    const bindings = [{ entityTypeId: types.lead, id: leads.noa }]
    const talks = Array.from({ length: 15 }, (_, index) =>
      rig.portal.act.newChat({ customerId: 700 + index, bindings }),
    )
    await rig.settled()
    const before = rig.portal.requests.length
    const keys = talks.map(({ sessionId }) => {
      const { messageId } = rig.portal.act.customerMessage(sessionId, 'the price', { updatesActivity: false })
      return `chat-message:${sessionId}:${messageId}`
    })
    await rig.settled()
    const counted = await rig.stagecue.db.selectFrom('occurrence').select('key').where('key', 'in', keys).execute()
    expect(counted).toHaveLength(15)
    expect(rig.portal.requests.length - before).toBeLessThan(45)
  })

  test('a made-up message moves nothing: the portal has none', whereRead, async () => {
    const before = await rig.story()
    const fields = {
      'data[DATA][connector][connector_id]': 'telegrambot',
      'data[DATA][connector][line_id]': String(channels.sales),
      'data[DATA][connector][chat_id]': '70001',
      'data[DATA][connector][user_id]': String(users.kimAsUser),
      'data[DATA][message][id]': '1',
      'data[DATA][message][user_id]': String(users.kimAsUser),
      'data[DATA][message][date]': String(Math.floor(Date.now() / 1000) - 3600),
      'data[DATA][message][text]': 'the price',
    }
    expect(await sendEvent(rig, 'ONOPENLINEMESSAGEADD', fields)).toBe(200)
    await rig.settled()
    expect(await rig.story()).toEqual(before)
  })

  test('an event that cannot be read is parked, without its words', async () => {
    expect(await sendEvent(rig, 'ONOPENLINEMESSAGEADD', { 'data[DATA][message][text]': 'the price' })).toBe(200)
    await rig.settled()
    const parked = await rig.stagecue.db.selectFrom('work').selectAll().where('state', '=', 'parked').execute()
    expect(parked).toMatchObject([{ reason: 'malformed', subject: 'ONOPENLINEMESSAGEADD:unreadable' }])
    expect(parked[0]?.body).not.toContain('price')
  })
})
