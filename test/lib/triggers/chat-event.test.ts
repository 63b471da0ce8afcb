import { describe, expect, test } from 'vitest'
import { chatEventPayloads, parseChatEvent } from '../../../lib/triggers/chat-event.ts'
import { trigger } from '../engine/samples.ts'

const connector = { connector_id: 'telegrambot', line_id: '5', chat_id: '70012', user_id: '602' }
const written = { id: '45011', date: '1788001300', text: 'The [b]price[/b] please', system: 'N', user_id: '602' }
const row = { connector, chat: { id: '70012' }, message: written }
const asks = (text: string) => trigger({ kind: 'chat-message', fields: { text } })
const hints = (data: Record<string, unknown>) => chatEventPayloads(data, [asks('price'), asks('car'), asks('price')])

const expected = {
  userCode: 'telegrambot|5|70012|602',
  channelId: '5',
  externalId: '45011',
  at: '2026-08-29T11:01:40.000Z',
  byCustomer: true,
  contains: ['price'],
}

describe('a message that an event tells', () => {
  test.each([
    ['an object', { DATA: row }],
    ['a list', { DATA: [row] }],
    ['a map with numbered keys', { DATA: { 0: row } }],
    ['names in upper case', { DATA: { CONNECTOR: connector, MESSAGE: written } }],
    [
      'connector and line at the top',
      {
        CONNECTOR: 'telegrambot',
        LINE: '5',
        DATA: { ...row, connector: { chat_id: '70012', user_id: '602' } },
      },
    ],
    ['numbers for ids', { DATA: { ...row, connector: { ...connector, line_id: 5, user_id: 602 } } }],
    ['a date as text', { DATA: { ...row, message: { ...written, date: '2026-08-29T13:01:40+02:00' } } }],
  ])('is read from %s', (_shape, data) => {
    expect(hints(data)).toEqual([expected])
  })

  test('may be one of several', () => {
    const second = { ...row, message: { ...written, id: '45012', text: 'a car' } }
    expect(hints({ DATA: [row, second] })).toEqual([expected, { ...expected, externalId: '45012', contains: ['car'] }])
  })

  test.each([
    ['an employee', { user_id: '15' }],
    ['the bot', { user_id: '40' }],
    ['nobody that is named', { user_id: undefined }],
    ['the system', { system: 'Y' }],
  ])("is no customer's when it came from %s", (_author, change) => {
    const [hint] = hints({ DATA: { ...row, message: { ...written, ...change } } })
    expect(hint).toMatchObject({ byCustomer: false, contains: [] })
  })

  test('is kept without its words', () => {
    const [hint] = hints({ DATA: { ...row, message: { ...written, text: 'my secret price' } } })
    expect(JSON.stringify(hint)).not.toContain('secret')
    expect(parseChatEvent(JSON.parse(JSON.stringify(hint)))).toEqual(hint)
  })

  test.each([
    ['nothing', {}],
    ['no connector', { DATA: { message: written } }],
    ['no message', { DATA: { connector } }],
    ['a user code that would fall apart', { DATA: { ...row, connector: { ...connector, chat_id: '7|8' } } }],
    ['text', { DATA: 'x' }],
  ])('cannot be read from %s', (_what, data) => {
    expect(hints(data)).toEqual([])
    expect(parseChatEvent(data)).toBeNull()
  })
})
