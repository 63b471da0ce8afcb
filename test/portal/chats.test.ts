import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SEED } from './index.ts'
import { call, type Fixture, result, setUp, tokenFor } from './testing.ts'

let fixture: Fixture
beforeEach(async () => {
  const events = ['ONCRMACTIVITYADD', 'ONCRMACTIVITYUPDATE', 'ONOPENLINEMESSAGEADD', 'ONOPENLINEMESSAGEUPDATE']
  fixture = await setUp(events, { limits: { enabled: false }, switches: { eventOrder: 'strict' } })
})
afterEach(() => fixture.stop())

const arrived = async () => {
  await fixture.portal.idle()
  return fixture.inbox.events.splice(0)
}
const names = async () => (await arrived()).map(({ event }) => event.replace(/ONCRM|ONOPENLINE/, ''))
const read = (id: number | null) => result(fixture.portal, fixture.admin, 'crm.activity.get', { id })
const { users } = SEED

describe('a conversation', () => {
  test('begun by the customer is registered in CRM as unanswered', async () => {
    const { activityId, sessionId } = fixture.portal.act.newChat()
    expect(await names()).toEqual(['ACTIVITYADD', 'MESSAGEADD'])
    expect(await read(activityId)).toMatchObject({
      PROVIDER_ID: 'IMOPENLINES_SESSION',
      PROVIDER_TYPE_ID: String(SEED.channels.sales),
      ASSOCIATED_ENTITY_ID: String(sessionId),
      DIRECTION: '1',
      RESULT_STATUS: '1',
      ORIGIN_ID: `IMOL_${sessionId}`,
      PROVIDER_PARAMS: { USER_CODE: expect.stringMatching(/^telegrambot\|5\|\d+\|602$/) },
      RESULT_SOURCE_ID: 'telegrambot',
      COMPLETED: 'N',
    })
  })

  test('begun by an employee is answered from the start', async () => {
    const { activityId } = fixture.portal.act.newChat({ begunBy: 'employee', userId: users.ines })
    expect(await read(activityId)).toMatchObject({
      DIRECTION: '2',
      RESULT_STATUS: '2',
      RESPONSIBLE_ID: String(users.ines),
    })
  })

  test('is accepted after some seconds: status 2, the operator, an update', async () => {
    const { activityId, sessionId } = fixture.portal.act.newChat()
    await arrived()
    fixture.portal.act.acceptChat(sessionId, { userId: users.ines, after: 42 })
    expect(await names()).toEqual(['ACTIVITYUPDATE'])
    const activity = await read(activityId)
    expect(activity).toMatchObject({ RESULT_STATUS: '2', RESPONSIBLE_ID: String(users.ines) })
    expect(Date.parse(activity.LAST_UPDATED) - Date.parse(activity.CREATED)).toBe(42_000)
  })

  test('may be accepted with another status or a responsible person who lags', async () => {
    fixture.portal.switches.sessionAnsweredStatus = 'other'
    const { activityId, sessionId } = fixture.portal.act.newChat()
    fixture.portal.act.acceptChat(sessionId, { userId: users.ines, responsibleLags: true })
    const activity = await read(activityId)
    expect(['1', '2']).not.toContain(activity.RESULT_STATUS)
    expect(activity.RESPONSIBLE_ID).toBe(String(users.sam))
  })

  test('goes on with updates, a transfer and the end; then a new one begins in the same chat', async () => {
    const { activityId, sessionId, chatId } = fixture.portal.act.newChat()
    fixture.portal.act.acceptChat(sessionId)
    fixture.portal.act.operatorMessage(sessionId, 'Ten euros')
    fixture.portal.act.transferChat(sessionId, { toUserId: users.ines, toChannelId: SEED.channels.support })
    fixture.portal.act.closeChat(sessionId)
    expect(await names()).toEqual([
      'ACTIVITYADD',
      'MESSAGEADD',
      'ACTIVITYUPDATE',
      'MESSAGEADD',
      'ACTIVITYUPDATE',
      'ACTIVITYUPDATE',
      'ACTIVITYUPDATE',
    ])
    expect(await read(activityId)).toMatchObject({
      COMPLETED: 'Y',
      PROVIDER_TYPE_ID: String(SEED.channels.sales),
      RESPONSIBLE_ID: String(users.ines),
    })
    const next = fixture.portal.act.newChat({ channelId: SEED.channels.support })
    expect(next.sessionId).not.toBe(sessionId)
    expect(next.chatId).toBe(chatId)
  })

  test('without CRM has no activity', async () => {
    expect(fixture.portal.act.newChat({ inCrm: false }).activityId).toBeNull()
    expect(fixture.portal.act.newChat({ phone: SEED.phones.stranger }).activityId).toBeNull()
    expect(await names()).toEqual(['MESSAGEADD', 'MESSAGEADD'])
  })
})

describe('ONOPENLINEMESSAGEADD', () => {
  test('of a customer tells external ids and no session', async () => {
    const { sessionId } = fixture.portal.act.newChat({ text: null })
    await arrived()
    const { externalId } = fixture.portal.act.customerMessage(sessionId, 'The [b]price[/b] please')
    const [event] = await arrived()
    expect(event?.data).toEqual({
      DATA: {
        connector: { connector_id: 'telegrambot', line_id: '5', chat_id: expect.any(String), user_id: '602' },
        chat: { id: expect.any(String) },
        message: { id: externalId, text: 'The [b]price[/b] please', user_id: '602' },
        extra: { EXTRA_URL: expect.any(String) },
      },
    })
  })

  test('of a customer brings the customer’s own user, with a token', async () => {
    fixture.portal.act.newChat()
    const events = await arrived()
    expect(events.map(({ auth }) => auth.user_id)).toEqual(['602', '602'])
    const token = events[1]?.auth.access_token ?? ''
    expect((await result(fixture.portal, token, 'profile')).ID).toBe('602')
  })

  test('tells when it was written in no way, as nothing, or in Unix seconds, by the switch', async () => {
    const at = new Date('2026-01-15T10:00:00Z')
    const dates = async (channelId: number) => {
      fixture.portal.act.newChat({ channelId, at })
      return (await arrived()).flatMap(({ data }) => {
        const row = data.DATA as { message?: { date?: string } } | undefined
        return row?.message ? [row.message.date] : []
      })
    }
    expect(await dates(SEED.channels.sales)).toEqual([undefined])
    expect(await dates(SEED.channels.support)).toEqual([''])
    fixture.portal.switches.openLineMessageDate = 'empty'
    expect(await dates(SEED.channels.sales)).toEqual([''])
    fixture.portal.switches.openLineMessageDate = 'Unix seconds'
    expect(await dates(SEED.channels.sales)).toEqual([String(at.getTime() / 1000)])
  })

  test('does not come for what employees write in the live chat', async () => {
    const { sessionId } = fixture.portal.act.newChat({ channelId: SEED.channels.support, text: null })
    await arrived()
    fixture.portal.act.operatorMessage(sessionId, 'Hello', { updatesActivity: false })
    fixture.portal.act.customerMessage(sessionId, 'Hi', { updatesActivity: false })
    expect((await arrived()).map(({ data }) => (data.DATA as { message: { text: string } }).message.text)).toEqual([
      'Hi',
    ])
  })

  test('comes under the customer’s name for what the manager wrote on the telephone', async () => {
    const { sessionId } = fixture.portal.act.newChatFromTelephone()
    fixture.portal.act.telephoneMessage(sessionId, 'not delivered', { heading: '=== SYSTEM WZ ===' })
    const conversation = fixture.portal.world.conversations.get(sessionId)
    expect(conversation?.begunBy).toBe('customer')
    expect(conversation?.messages.map(({ authorId, text }) => [authorId, text])).toEqual([
      [602, '=== Outgoing message, author: Телефон ===\nHello, is it still wanted?'],
      [602, '=== SYSTEM WZ ===\nnot delivered'],
    ])
  })

  test('of an employee tells the portal’s ids', async () => {
    const { sessionId, chatId } = fixture.portal.act.newChat({ text: null })
    await arrived()
    const { messageId, externalId } = fixture.portal.act.operatorMessage(sessionId, 'Hello', { userId: users.ines })
    const [event] = await arrived()
    expect(externalId).toBeNull()
    expect(event?.data).toMatchObject({
      CONNECTOR: 'telegrambot',
      LINE: '5',
      DATA: {
        message: {
          id: String(messageId),
          chat_id: String(chatId),
          user_id: String(users.ines),
          text: '[b]Ines:[/b] [br]Hello',
        },
        no_session: 'N',
      },
    })
    expect(event?.auth.user_id).toBe(String(users.ines))
  })

  test('comes for everybody, employees or nobody, as an object or a list, by the switches', async () => {
    const { sessionId } = fixture.portal.act.newChat({ text: null })
    const heard = async () => {
      await arrived()
      fixture.portal.act.customerMessage(sessionId, 'c', { updatesActivity: false })
      fixture.portal.act.operatorMessage(sessionId, 'o', { updatesActivity: false })
      fixture.portal.act.systemMessage(sessionId, 's', { updatesActivity: false })
      return (await arrived()).map(({ data }) => data.DATA)
    }
    expect(await heard()).toHaveLength(2)
    fixture.portal.switches.openLineEvents = 'operatorOnly'
    fixture.portal.switches.openLineDataShape = 'array'
    expect(await heard()).toEqual([
      [expect.objectContaining({ message: expect.objectContaining({ text: '[b]Sam:[/b] [br]o' }) })],
    ])
    fixture.portal.switches.openLineEvents = 'none'
    expect(await heard()).toEqual([])
  })
})

describe('ONSESSIONSTART and ONSESSIONFINISH', () => {
  test('name the portal’s chat and no session, or what is documented, by the switch', async () => {
    for (const event of ['ONSESSIONSTART', 'ONSESSIONFINISH']) {
      await result(fixture.portal, fixture.admin, 'event.bind', { event, handler: fixture.inbox.url })
    }
    const session = async () => {
      const { sessionId, chatId } = fixture.portal.act.newChat({ text: null })
      fixture.portal.act.closeChat(sessionId)
      const events = (await arrived()).filter(({ event }) => event.startsWith('ONSESSION'))
      return { sessionId, chat_id: String(chatId), told: events.map(({ data }) => data.DATA) }
    }
    const map = await session()
    const told = {
      connector: { connector_id: 'telegrambot', line_id: '5', chat_id: map.chat_id, user_id: '602' },
      chat: { chat_id: map.chat_id },
      line: { id: '5', name: 'Sales' },
    }
    expect(map.told).toEqual([told, told])
    fixture.portal.switches.sessionEventShape = 'list'
    const list = await session()
    const [start, finish] = ['N', 'Y'].map((closed) => [
      expect.objectContaining({ session: expect.objectContaining({ id: String(list.sessionId), closed }) }),
    ])
    expect(list.told).toEqual([start, finish])
  })
})

test('a conversation whose first message carries a tracking code begins before it is registered in CRM', async () => {
  await result(fixture.portal, fixture.admin, 'event.bind', { event: 'ONSESSIONSTART', handler: fixture.inbox.url })
  expect(fixture.portal.act.newChat({ text: null }).activityId).not.toBeNull()
  expect(await names()).toEqual(['ACTIVITYADD', 'ONSESSIONSTART'])
  expect(fixture.portal.act.newChat({ text: null, registersAfterMs: 100 }).activityId).toBeNull()
  expect(await names()).toEqual(['ONSESSIONSTART', 'ACTIVITYADD'])
})

describe('a connector with group chats', () => {
  test('keeps the chat under the user 0, while messages name the customer', async () => {
    fixture.portal.switches.groupChatConnector = 'yes'
    const { activityId } = fixture.portal.act.newChat()
    const message = (await arrived()).at(-1)?.data.DATA as { connector: Record<string, string> }
    const { connector_id, line_id, chat_id, user_id } = message.connector
    const code = `${connector_id}|${line_id}|${chat_id}`
    expect(user_id).toBe('602')
    expect((await read(activityId)).PROVIDER_PARAMS.USER_CODE).toBe(`${code}|0`)
    const dialog = (USER_CODE: string) => call(fixture.portal, fixture.admin, 'imopenlines.dialog.get', { USER_CODE })
    expect((await dialog(`${code}|602`)).body.error).toBe('ACCESS_ERROR')
    expect((await dialog(`${code}|0`)).body.result.entity_id).toBe(`${code}|0`)
  })

  test('names in each message whoever wrote it; all of them are customers', async () => {
    const alone = fixture.portal.act.newChat({ customerId: 603 })
    fixture.portal.switches.groupChatConnector = 'yes'
    const { sessionId } = fixture.portal.act.newChat()
    fixture.portal.act.customerMessage(sessionId, 'And I?', { customerId: 641, updatesActivity: false })
    const row = (await arrived()).at(-1)?.data.DATA as Record<string, Record<string, string>>
    expect([row.connector?.user_id, row.message?.user_id]).toEqual(['641', '641'])
    const { users: people } = await result(fixture.portal, fixture.admin, 'imopenlines.session.history.get', {
      SESSION_ID: sessionId,
    })
    expect([people['602'].connector, people['641'].connector]).toEqual([true, true])
    const elsewhere = () => fixture.portal.act.customerMessage(alone.sessionId, 'And I?', { customerId: 641 })
    expect(elsewhere).toThrow("no group's")
  })
})

describe('what can be read', () => {
  test('leads from the user code to the session and to CRM', async () => {
    const { activityId, sessionId, chatId } = fixture.portal.act.newChat()
    const { PROVIDER_PARAMS } = await read(activityId)
    const dialog = await result(fixture.portal, fixture.admin, 'imopenlines.dialog.get', {
      USER_CODE: PROVIDER_PARAMS.USER_CODE,
    })
    expect(dialog).toMatchObject({
      id: chatId,
      dialog_id: `chat${chatId}`,
      owner: 0,
      entity_type: 'LINES',
      entity_id: PROVIDER_PARAMS.USER_CODE,
    })
    expect(dialog.entity_data_1.split('|')[5]).toBe(String(sessionId))
    expect(dialog.entity_data_2).toBe(
      `LEAD|0|COMPANY|${SEED.companies.client}|CONTACT|${SEED.contacts.kim}|DEAL|${SEED.deals.kim}`,
    )
    const stranger = await call(fixture.portal, tokenFor(fixture.portal, users.readOnly), 'imopenlines.dialog.get', {
      CHAT_ID: chatId,
    })
    expect(stranger.body.error).toBe('ACCESS_ERROR')
  })

  test('is one chat, whichever of its conversations names it: the present one, and what was written in all', async () => {
    const earlier = fixture.portal.act.newChat()
    fixture.portal.act.closeChat(earlier.sessionId)
    const present = fixture.portal.act.newChat()
    const { messageId } = fixture.portal.act.customerMessage(present.sessionId, 'Hello?')
    const { chatId } = present
    for (const name of [{ SESSION_ID: earlier.sessionId }, { SESSION_ID: present.sessionId }, { CHAT_ID: chatId }]) {
      const dialog = await result(fixture.portal, fixture.admin, 'imopenlines.dialog.get', name)
      expect(dialog).toMatchObject({ id: chatId, message_count: 3, last_message_id: messageId })
      expect(dialog.entity_data_1.split('|')[5]).toBe(String(present.sessionId))
    }
  })

  test('is the whole history, with authors', async () => {
    const { sessionId } = fixture.portal.act.newChat({ text: 'one' })
    const { messageId } = fixture.portal.act.customerMessage(sessionId, 'two')
    fixture.portal.act.botMessage(sessionId, 'beep')
    fixture.portal.act.systemMessage(sessionId, 'assigned')
    fixture.portal.act.operatorMessage(sessionId, 'three', { userId: users.ines })
    fixture.portal.act.editMessage(messageId, 'two, corrected')
    const history = await result(fixture.portal, fixture.admin, 'imopenlines.session.history.get', {
      SESSION_ID: sessionId,
    })
    const messages = Object.values(history.message) as { text: string; senderid: string }[]
    expect(messages.map(({ text, senderid }) => [text, senderid])).toEqual([
      ['one', '602'],
      ['two, corrected', '602'],
      ['beep', '40'],
      ['assigned', '0'],
      ['three', '16'],
    ])
    expect([history.users['602'].connector, history.users['40'].bot, history.users['16'].connector]).toEqual([
      true,
      true,
      false,
    ])
    expect((await arrived()).map(({ event }) => event)).toContain('ONOPENLINEMESSAGEUPDATE')
  })

  test('is closed to employees, and to all by the switch', async () => {
    const { sessionId } = fixture.portal.act.newChat()
    const history = async (userId: number, params: object = { SESSION_ID: sessionId }) => {
      const { status, body } = await call(
        fixture.portal,
        tokenFor(fixture.portal, userId),
        'imopenlines.session.history.get',
        params,
      )
      return [status, body.error]
    }
    expect(await history(users.sam)).toEqual([403, 'ACCESS_DENIED'])
    expect(await history(users.supervisor)).toEqual([200, undefined])
    expect(await history(users.admin, {})).toEqual([400, 'MISSING_REQUIRED_PARAM'])
    expect(await history(users.admin, { SESSION_ID: 1 })).toEqual([400, 'INVALID_SESSION_ID'])
    fixture.portal.switches.sessionHistoryAccess = 'ACCESS_DENIED'
    expect(await history(users.admin)).toEqual([403, 'ACCESS_DENIED'])
  })
})
