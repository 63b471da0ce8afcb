import { z } from 'zod'
import { channelDescription, channelField, isInChannel } from './chat.ts'
import { CHAT_MESSAGE_EVENT, readChatHint } from './chat-event.ts'
import type { Kind } from './kind.ts'
import { comparable } from './letters.ts'

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
 * may not be read, the id that the messenger gave it.
 */
export const chatMessage = {
  kind: 'chat-message',
  group: 'channels',
  shape: 'message',
  scope: 'imopenlines',
  entityTypeIds: 'all',
  fieldSchema,
  fields: [{ name: 'text', type: 'text', required: true, default: null }, channelDescription],
  couldServe({ event, data }, { fields: { text, channelId } }) {
    if (event !== CHAT_MESSAGE_EVENT) return false
    const message = readChatHint(data)
    if (message === null || !message.byCustomer || !message.contains.includes(text)) return false
    return !channelId || channelId === message.channelId
  },
  recognise(facts) {
    if (facts.shape !== 'message' || facts.author !== 'customer') return null
    const { sessionId, messageId, userCode, externalId, channelId, at } = facts
    const byMessenger = externalId === null ? null : `chat-message:${userCode}:x${externalId}`
    const own = sessionId === null || messageId === null ? null : `chat-message:${sessionId}:${messageId}`
    const key = own ?? byMessenger
    if (key === null) return null
    const aliases = byMessenger === null || byMessenger === key ? {} : { aliases: [byMessenger] }
    return { key, ...aliases, at, facts: { sessionId, messageId, channelId } }
  },
  matches: ({ text, channelId }, occurrence, facts) =>
    facts.shape === 'message' && facts.contains.includes(text) && isInChannel(channelId, occurrence),
} as const satisfies Kind<z.infer<typeof fieldSchema>>
