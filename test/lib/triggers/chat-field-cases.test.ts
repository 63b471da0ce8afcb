import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { POLL_CHATS } from '../../../lib/jobs/poll-chats.ts'
import { beginRound } from '../../begin-round.ts'
import { SEED, type Switches } from '../../portal/index.ts'
import { onlyAt } from '../../positions/only-at.ts'
import { type Rig, startRig } from '../../rig.ts'
import { sendEvent } from '../../send-event.ts'
import { whereHeard } from './chat-positions.ts'
import { startOver } from './start-over.ts'

const { users, deals, channels } = SEED
const moved = `2:${deals.kim} moved C4:NEW>C4:PREPARATION by ${users.sam}`

/** Where messages are read from: what people reported is the same in each. */
const positions: [string, Partial<Switches>][] = [
  ['from events', {}],
  ['from histories', { openLineEvents: 'none' }],
  ['from events alone', { sessionHistoryAccess: 'ACCESS_DENIED' }],
]

for (const [position, switches] of positions)
  describe(`words in a chat, read ${position}`, whereHeard(switches), () => wordsInChat(switches))

/** What customers and connectors really write (`triggers.md`, Open Channels). */
function wordsInChat(switches: Partial<Switches>): void {
  let rig: Rig
  let news: () => Promise<string[]>
  let sessionId: number
  const texts = ['хочу купить', "don't need", 'R&D', '❤️', 'Иванов - да', 'оплатить', 'цена', 'счет', 'Price', 'car']

  beforeAll(async () => {
    rig = await startRig({ portal: { switches } })
    await rig.as(users.sam)
    for (const text of texts) await rig.addTrigger({ kind: 'chat-message', fields: { text } })
  })
  afterAll(() => rig.stop())
  beforeEach(async () => {
    news = await startOver(rig)
    sessionId = rig.portal.act.newChat({ text: 'Hello' }).sessionId
    await rig.settled()
  })
  const hears = async (text: string) => {
    rig.portal.act.customerMessage(sessionId, text)
    await rig.settled()
    return news()
  }

  test('a conversation that CRM registers a moment after its first message moves the deal as well', async () => {
    rig.portal.act.newChat({ customerId: 641, text: 'Какая цена?', registersAfterMs: 500 })
    await rig.settled()
    expect(await news()).toEqual([moved])
  })

  test.each([
    ['a browser sends a blank that does not break', 'хочу\u00a0купить'],
    ['a customer breaks the line', 'хочу\nкупить'],
    ['a messenger hides a sign between words', 'хочу \u200bкупить'],
    ['a telephone writes a curly apostrophe', 'I don’t need it'],
    ['a connector sends HTML', 'our R&amp;D'],
    ['a telephone writes a heart without its selector', 'I ❤ it'],
    ['a telephone writes a long dash', 'Иванов — да'],
  ])('%s: the deal moves', async (_what, text) => {
    expect(await hears(text)).toEqual([moved])
  })

  test.each([
    ['a customer writes ё', 'выставьте счёт'],
    ['a customer writes small', 'the price'],
    ['a customer writes another word', 'a scar'],
    ['a customer quotes the manager', '[quote]Ваша цена 100[/quote] спасибо, не надо'],
    ['a customer answers below the manager’s line', '>> Ваша цена\nнет'],
    ['a connector says that it could not deliver', '=== SYSTEM WZ ===\nСообщение не доставлено: оплатить'],
    ['a connector copies what the manager wrote', '=== Исходящее сообщение, автор: Телефон ===\nГотовы оплатить?'],
    ['a connector copies it in another language', '=== Ausgehende Nachricht, Autor: Telefon ===\nцена'],
  ])('%s: nothing moves', async (_what, text) => {
    expect(await hears(text)).toEqual([])
  })

  test('the customer himself says after it what the manager asked', async () => {
    rig.portal.act.telephoneMessage(sessionId, 'Готовы оплатить?')
    expect(await hears('Готов оплатить')).toEqual([moved])
  })
}

describe.each(positions)('a conversation that a manager begins on the telephone, read %s', (position, switches) => {
  let rig: Rig
  let news: () => Promise<string[]>
  beforeAll(async () => {
    rig = await startRig({ portal: { switches } })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'chat-first-message' })
    await rig.addTrigger({ kind: 'chat-accepted', stageId: 'C4:UC_VISIT' })
  })
  afterAll(() => rig.stop())
  beforeEach(async () => {
    news = await startOver(rig)
  })
  const accepted = `2:${deals.kim} moved C4:PREPARATION>C4:UC_VISIT by ${users.sam}`
  // Without a history nobody can tell who wrote first: the portal's word counts.
  const isKnown = position !== 'from events alone'
  const title = isKnown ? 'is not begun by the customer, and never accepted' : 'is what the portal takes it for'
  const where = isKnown ? onlyAt({ sessionHistoryAccess: 'allowed for admin' }) : {}

  test(title, where, async () => {
    const { sessionId } = rig.portal.act.newChatFromTelephone()
    await rig.settled()
    rig.portal.act.customerMessage(sessionId, 'Yes')
    rig.portal.act.acceptChat(sessionId)
    await rig.settled()
    expect(await news()).toEqual(isKnown ? [] : [moved, accepted])
  })

  if (isKnown) {
    test('is not taken for the customer’s while its history cannot be had', where, async () => {
      const body = { error: 'ERROR_CORE', error_description: 'SQL query error!' }
      rig.portal.faults.next({ kind: 'refusal', method: 'imopenlines.session.history.get', body })
      rig.portal.act.newChatFromTelephone()
      await rig.settled()
      expect(await news()).toEqual([])
      expect(rig.portal.faults.waiting).toEqual([])
    })
  }

  test('is no reason to overlook one that the customer begins', async () => {
    const { sessionId } = rig.portal.act.newChat()
    await rig.settled()
    rig.portal.act.telephoneMessage(sessionId, 'Good morning')
    rig.portal.act.acceptChat(sessionId)
    await rig.settled()
    expect(await news()).toEqual([moved, accepted])
  })
})

const unreadable = { sessionHistoryAccess: 'ACCESS_DENIED' } as const

/** Whoever uses the app can read its token and post events. */
describe('an employee forges a message of a customer, where histories may not be read', whereHeard(unreadable), () => {
  let rig: Rig
  /** Milliseconds that Stagecue's clock is ahead. */
  let ahead = 0
  const refused = 'no item failed unproven'
  beforeEach(async () => {
    ahead = 0
    rig = await startRig({ portal: { switches: unreadable }, clock: () => new Date(Date.now() + ahead) })
    await rig.as(users.sam)
    await rig.addTrigger({ kind: 'chat-message', fields: { text: 'price' } })
  })
  afterEach(() => rig.stop())

  const begin = async () => {
    const { sessionId } = rig.portal.act.newChat({ text: 'Hello', at: new Date(Date.now() - 10_000) })
    await rig.settled()
    return sessionId
  }
  const forge = async (id: string, change: Record<string, string> = {}) => {
    const [chat] = rig.portal.world.conversations.values()
    const fields = {
      'data[DATA][connector][connector_id]': 'telegrambot',
      'data[DATA][connector][line_id]': String(channels.sales),
      'data[DATA][connector][chat_id]': chat?.externalChatId ?? '70001',
      'data[DATA][connector][user_id]': String(users.kimAsUser),
      'data[DATA][message][id]': id,
      'data[DATA][message][user_id]': String(users.kimAsUser),
      'data[DATA][message][text]': 'the price',
      ...change,
    }
    expect(await sendEvent(rig, 'ONOPENLINEMESSAGEADD', fields)).toBe(200)
    await rig.settled()
  }

  /** The conversation was changed last at that moment. */
  const rests = (sessionId: number, at: Date) => {
    const { activityId } = rig.portal.world.conversations.get(sessionId) ?? {}
    const activity = rig.portal.world.activities.get(activityId ?? 0)
    if (activity) activity.lastUpdated = at
  }
  /** A round that lists the conversations of the last hour. */
  const countResting = async () => {
    const hourAgo = new Date(Date.now() - 3600_000).toISOString()
    await rig.stagecue.db.updateTable('trigger').set({ ready_at: hourAgo }).execute()
    await beginRound(rig, POLL_CHATS)
  }

  test('nothing moves, the journal says why, and the customer’s own message moves the deal', async () => {
    const sessionId = await begin()
    await forge('1')
    expect(await rig.story()).toEqual([refused])
    rig.portal.act.customerMessage(sessionId, 'the price')
    await rig.settled()
    expect(await rig.story()).toEqual([refused, moved])
  })

  test('nothing moves after real messages either, told or not', async () => {
    const sessionId = await begin()
    rig.portal.act.customerMessage(sessionId, 'the price', { at: new Date(Date.now() - 8000) })
    await rig.settled()
    expect(await rig.story()).toEqual([moved])
    rig.portal.act.moveItem({ entityTypeId: 2, id: deals.kim }, 'C4:NEW')
    rig.portal.act.customerMessage(sessionId, 'Hello?', { at: new Date(Date.now() - 6000) })
    await rig.settled()
    await forge('2')
    expect(await rig.story()).toEqual([moved, refused])
  })

  test('a forged id does not stand in a real message’s way', async () => {
    const sessionId = await begin()
    const ids = Array.from({ length: 5 }, (_, index) => String(index + 1))
    for (const id of ids) await forge(id)
    expect(await rig.story()).toEqual(ids.map(() => refused))
    const { externalId } = rig.portal.act.customerMessage(sessionId, 'the price')
    await forge(externalId ?? '')
    expect((await rig.story()).at(-1)).toBe(moved)
  })

  test('a chat that the portal does not know is nobody’s', async () => {
    await begin()
    await forge('1', { 'data[DATA][connector][chat_id]': '999999' })
    expect(await rig.story()).toEqual([refused])
  })

  test('a past moment is no excuse', async () => {
    await begin()
    await forge('1', { ts: String(Math.floor(Date.now() / 1000) - 3600) })
    expect((await rig.story()).every((line) => !line.includes('moved'))).toBe(true)
  })

  test('nothing moves after words of employees and bots, of which no event counts, once the conversation rests', async () => {
    const sessionId = await begin()
    rig.portal.act.customerMessage(sessionId, 'the price', { at: new Date(Date.now() - 8000) })
    await rig.settled()
    rig.portal.act.moveItem({ entityTypeId: 2, id: deals.kim }, 'C4:NEW')
    const at = new Date(Date.now() - 120_000)
    rig.portal.act.botMessage(sessionId, 'How was it?', { at, updatesActivity: false })
    rig.portal.act.operatorMessage(sessionId, 'Here it is', { at, updatesActivity: false })
    rests(sessionId, at)
    await countResting()
    await forge('3')
    expect(await rig.story()).toEqual([moved, refused])
  })

  test('the next conversation of a chat is not counted with one that rests: what it goes on with is believed', async () => {
    const earlier = await begin()
    rig.portal.act.closeChat(earlier)
    await rig.settled()
    rests(earlier, new Date(Date.now() - 120_000))
    const { sessionId } = rig.portal.act.newChat({ text: 'Hello again' })
    await rig.settled()
    rig.portal.switches.lostDelivery = 100
    const at = new Date()
    const { externalId } = rig.portal.act.customerMessage(sessionId, 'the price', { at })
    rig.portal.switches.lostDelivery = 0
    await countResting()
    // Its event comes half a minute later.
    ahead = 30_000
    await forge(externalId ?? '', { ts: String(Math.floor(at.getTime() / 1000)) })
    expect(await rig.story()).toEqual([moved])
  })
})
