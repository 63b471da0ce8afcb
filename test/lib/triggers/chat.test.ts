import { describe, expect, test } from 'vitest'
import { chatAcceptTime } from '../../../lib/triggers/chat-accept-time.ts'
import { chatAccepted } from '../../../lib/triggers/chat-accepted.ts'
import { chatFirstMessage } from '../../../lib/triggers/chat-first-message.ts'
import { chatMessage } from '../../../lib/triggers/chat-message.ts'
import type { ActivityFacts, ConversationFacts } from '../../../lib/triggers/facts.ts'
import { chat, mail, message } from './facts.ts'

const acceptedAt = '2026-08-29T09:00:42.000Z'
const begun = '2026-08-29T09:00:00.000Z'
const seen = (change: Partial<ConversationFacts> = {}): ConversationFacts => {
  return { lastStatus: 1, acceptedAt: null, unansweredAt: begun, begunBy: 'customer', ...change }
}
const accepted = (change: Partial<ActivityFacts> = {}) =>
  chat({ resultStatus: 2, conversation: seen({ acceptedAt }), ...change })

describe("a customer's initial message", () => {
  test('is a conversation that the customer began, at its CREATED', () => {
    expect(chatFirstMessage.recognise(chat())).toEqual({
      key: 'chat-first-message:3301',
      at: '2026-08-29T09:00:00.000Z',
      facts: { sessionId: '3301', channelId: '5' },
    })
  })

  test('is none when a connector began it under the customer\u2019s name', () => {
    const copied = { lastStatus: null, begunBy: 'connector' } as const
    expect(chatFirstMessage.recognise(chat({ conversation: seen(copied) }))).toBeNull()
    expect(chatAccepted.recognise(accepted({ conversation: seen({ ...copied, acceptedAt }) }))).toBeNull()
    expect(chatFirstMessage.recognise(chat({ conversation: seen({ lastStatus: null }) }))).not.toBeNull()
  })

  test('is none when an employee began it, when it was seen before, and when it is no conversation', () => {
    expect(chatFirstMessage.recognise(chat({ direction: 2 }))).toBeNull()
    expect(chatFirstMessage.recognise(chat({ conversation: seen({ lastStatus: 1 }) }))).toBeNull()
    expect(chatFirstMessage.recognise(chat({ associatedEntityId: '' }))).toBeNull()
    expect(chatFirstMessage.recognise(mail({ direction: 1 }))).toBeNull()
  })

  test('matches its channel; no channel is any', () => {
    const occurrence = { key: '', at: '', facts: { channelId: '5' } }
    expect(chatFirstMessage.matches({ channelId: '5' }, occurrence)).toBe(true)
    expect(chatFirstMessage.matches({ channelId: '6' }, occurrence)).toBe(false)
    for (const any of [null, undefined, '']) {
      expect(chatFirstMessage.matches({ channelId: any }, occurrence)).toBe(true)
    }
  })
})

describe('a chat that was accepted', () => {
  test('is one that is answered and was last seen unanswered, or never', () => {
    expect(chatAccepted.recognise(accepted())).toMatchObject({ key: 'chat-accepted:3301', at: acceptedAt })
    expect(chatAccepted.recognise(accepted({ conversation: seen({ lastStatus: null, acceptedAt }) }))).not.toBeNull()
    expect(chatAccepted.recognise(chat())).toBeNull()
    expect(chatAccepted.recognise(chat({ resultStatus: 0 }))).toBeNull()
  })

  test('is the first acceptance only: one that was seen answered is not news', () => {
    expect(chatAccepted.recognise(accepted({ conversation: seen({ lastStatus: 2, acceptedAt }) }))).toBeNull()
  })

  test('may have another status than 2', () => {
    expect(chatAccepted.recognise(accepted({ resultStatus: 3 }))).not.toBeNull()
    expect(
      chatAccepted.recognise(accepted({ resultStatus: 3, conversation: seen({ lastStatus: 3, acceptedAt }) })),
    ).toBeNull()
  })

  test('is none when an employee began it', () => {
    expect(chatAccepted.recognise(accepted({ direction: 2 }))).toBeNull()
  })

  test('yields to the accept time', () => {
    expect(chatAccepted.recognise(accepted())).toMatchObject({ precededBy: 'chat-accept-time:3301' })
  })
})

describe('the accept time', () => {
  const acceptedAfter = (seconds: number) => {
    const at = new Date(Date.parse('2026-08-29T09:00:00Z') + seconds * 1000).toISOString()
    const occurrence = chatAcceptTime.recognise(accepted({ conversation: seen({ acceptedAt: at }) }))
    if (occurrence === null) throw new Error('not recognised')
    return occurrence
  }

  test('is the acceptance minus CREATED, whole seconds, at least `seconds`', () => {
    expect(acceptedAfter(42)).toMatchObject({ key: 'chat-accept-time:3301', facts: { seconds: 42 } })
    expect(chatAcceptTime.matches({ seconds: 60 }, acceptedAfter(59))).toBe(false)
    expect(chatAcceptTime.matches({ seconds: 60 }, acceptedAfter(59.9))).toBe(false)
    expect(chatAcceptTime.matches({ seconds: 60 }, acceptedAfter(60))).toBe(true)
    expect(chatAcceptTime.matches({ seconds: 60 }, acceptedAfter(3600))).toBe(true)
  })

  test('asks for the channel too', () => {
    expect(chatAcceptTime.matches({ seconds: 60, channelId: '6' }, acceptedAfter(70))).toBe(false)
    expect(chatAcceptTime.matches({ seconds: 60, channelId: '5' }, acceptedAfter(70))).toBe(true)
  })

  test('that nobody can tell lies between when it was last seen waiting, or began, and when it was seen answered', () => {
    const unknown = (unansweredAt: string | null) =>
      accepted({ conversation: seen({ unansweredAt }), lastUpdated: '2026-08-29T09:01:40.000Z' })
    const outcome = (seconds: number, facts: ActivityFacts) => {
      const occurrence = chatAcceptTime.recognise(facts)
      if (occurrence === null) throw new Error('not recognised')
      if (!chatAcceptTime.matches({ seconds }, occurrence)) return 'filter'
      return chatAcceptTime.veto({ seconds }, occurrence) ?? 'fires'
    }
    const since30 = unknown('2026-08-29T09:00:30.000Z')
    expect([30, 31, 100, 101].map((seconds) => outcome(seconds, since30))).toEqual([
      'fires',
      'time-unknown',
      'time-unknown',
      'filter',
    ])
    expect([1, 100, 101].map((seconds) => outcome(seconds, unknown(null)))).toEqual([
      'time-unknown',
      'time-unknown',
      'filter',
    ])
  })

  test('does not matter to the acceptance: the latest possible moment counts', () => {
    const occurrence = chatAccepted.recognise(accepted({ conversation: seen(), lastUpdated: acceptedAt }))
    expect(occurrence).toMatchObject({ at: acceptedAt })
    expect('doubt' in chatAccepted).toBe(false)
  })

  test.each([0, -1, 1.5, 86_401, '60', null])('takes no %o seconds', (seconds) => {
    expect(chatAcceptTime.fieldSchema.safeParse({ seconds }).success).toBe(false)
  })

  test.each([1, 86_400])('takes %i seconds', (seconds) => {
    expect(chatAcceptTime.fieldSchema.safeParse({ seconds }).success).toBe(true)
  })
})

describe("a customer's message", () => {
  const read = (facts = message()) => chatMessage.recognise(facts)

  test('counts under its own id, and is known under the one that the messenger gave it', () => {
    expect(read(message({ externalId: '99' }))).toEqual({
      key: 'chat-message:3301:45011',
      aliases: ['chat-message:telegrambot|5|70012|602:x99'],
      at: '2026-08-29T09:00:30.000Z',
      facts: { sessionId: '3301', messageId: '45011', channelId: '5' },
    })
  })

  test('that the portal does not confirm is doubted, and stands in no real one\u2019s way', () => {
    const told = read(message({ messageId: null, externalId: '99', isVerified: false }))
    if (told === null) throw new Error('not recognised')
    expect(told.key).toBe('chat-message:telegrambot|5|70012|602:x99:unproven')
    expect(chatMessage.veto({ text: 'price' }, told)).toBe('unproven')
    const proven = read(message({ externalId: '99' }))
    expect(proven && chatMessage.veto({ text: 'price' }, proven)).toBeNull()
  })

  test("counts under the messenger's id where the history may not be read", () => {
    expect(read(message({ messageId: null, externalId: '99' }))).toMatchObject({
      key: 'chat-message:telegrambot|5|70012|602:x99',
    })
  })

  test.each(['employee', 'bot', 'system'] as const)('is none of one that came from: %s', (author) => {
    expect(read(message({ author }))).toBeNull()
  })

  test('matches the text that it contains, in its channel', () => {
    const occurrence = read()
    if (occurrence === null) throw new Error('not recognised')
    expect(chatMessage.matches({ text: 'price' }, occurrence, message())).toBe(true)
    expect(chatMessage.matches({ text: 'offer' }, occurrence, message())).toBe(false)
    expect(chatMessage.matches({ text: 'price', channelId: '6' }, occurrence, message())).toBe(false)
  })

  test('could come with an event that has the text, in the channel, of a customer', () => {
    const hint = (change: object) => ({
      event: 'ONOPENLINEMESSAGEADD',
      data: {
        userCode: 'telegrambot|5|70012|602',
        channelId: '5',
        externalId: '99',
        at: null,
        byCustomer: true,
        contains: ['price'],
        ...change,
      },
    })
    const trigger = (fields: { text: string; channelId?: string }) => ({ entityTypeId: 2, fields })
    expect(chatMessage.mayMatch(hint({}), trigger({ text: 'price' }))).toBe(true)
    expect(chatMessage.mayMatch(hint({}), trigger({ text: 'price', channelId: '5' }))).toBe(true)
    expect(chatMessage.mayMatch(hint({}), trigger({ text: 'price', channelId: '6' }))).toBe(false)
    expect(chatMessage.mayMatch(hint({}), trigger({ text: 'offer' }))).toBe(false)
    expect(chatMessage.mayMatch(hint({ byCustomer: false }), trigger({ text: 'price' }))).toBe(false)
    expect(chatMessage.mayMatch({ event: 'ONCRMACTIVITYUPDATE', data: {} }, trigger({ text: 'price' }))).toBe(false)
  })

  test('is asked for by a text without the blanks around it', () => {
    expect(chatMessage.fieldSchema.parse({ text: '  new  car ' })).toEqual({ text: 'new  car' })
    for (const text of ['', '   ', '\u00a0\n', 'x'.repeat(501), 7, null]) {
      expect(chatMessage.fieldSchema.safeParse({ text }).success).toBe(false)
    }
  })
})
