import { z } from 'zod'
import { channelDescription, channelField, isInChannel } from './chat.ts'
import { CHAT_MESSAGE_EVENT, parseChatEvent } from './chat-event.ts'
import type { Kind } from './kind.ts'
import { comparable } from './letters.ts'

declare module '../domain/kind-code.ts' {
  interface KindCodes {
    'chat-message': true
  }
}

/** Something of the text has to be seen. */
const textSchema = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine((text) => comparable(text) !== '')

const fieldSchema = z.strictObject({ text: textSchema, ...channelField })

/**
 * A customer's message contains the text, whole words and letter for letter. Its key is the message's own id; where the history
 * may not be read, the id that the messenger gave it. What only an event says, and the portal does not, moves nothing.
 */
export const chatMessage = {
  kind: 'chat-message',
  group: 'channels',
  shape: 'message',
  scope: 'imopenlines',
  entityTypeIds: 'all',
  fieldSchema,
  fields: [{ name: 'text', type: 'text', required: true, default: null }, channelDescription],
  mayMatch({ event, data }, { fields: { text, channelId } }) {
    if (event !== CHAT_MESSAGE_EVENT) return false
    const message = parseChatEvent(data)
    if (message === null || !message.byCustomer || !message.contains.includes(text)) return false
    return !channelId || channelId === message.channelId
  },
  recognise(facts) {
    if (facts.shape !== 'message' || facts.author !== 'customer') return null
    const { sessionId, messageId, userCode, externalId, channelId, at, isVerified } = facts
    const where = { sessionId, messageId, channelId }
    const byMessenger = externalId === null ? null : `chat-message:${userCode}:x${externalId}`
    // What is not proven must not stand in the way of a real message of that id.
    if (!isVerified)
      return byMessenger === null
        ? null
        : { key: `${byMessenger}:unproven`, at, facts: { ...where, isProven: isVerified } }
    const own = sessionId === null || messageId === null ? null : `chat-message:${sessionId}:${messageId}`
    const key = own ?? byMessenger
    if (key === null) return null
    const aliases = byMessenger === null || byMessenger === key ? {} : { aliases: [byMessenger] }
    return { key, ...aliases, at, facts: where }
  },
  matches: ({ text, channelId }, occurrence, facts) =>
    facts.shape === 'message' && facts.contains.includes(text) && isInChannel(channelId, occurrence),
  veto: (_fields, { facts }) => (facts.isProven === false ? 'unproven' : null),
} as const satisfies Kind<z.infer<typeof fieldSchema>>
