import { z } from 'zod'
import { channelDescription, channelField, conversationFacts, isInChannel, isJustBegun } from './chat.ts'
import type { Kind } from './kind.ts'
import { isActivityWritten } from './mail.ts'

declare module '../domain/kind-code.ts' {
  interface KindCodes {
    'chat-first-message': true
  }
}

const fieldSchema = z.strictObject(channelField)

/** A customer begins a conversation; after it was closed a new one begins. One that was seen before has not just begun. */
export const chatFirstMessage = {
  kind: 'chat-first-message',
  group: 'channels',
  shape: 'activity',
  scope: 'imopenlines',
  entityTypeIds: 'all',
  fieldSchema,
  fields: [channelDescription],
  mayMatch: isActivityWritten,
  recognise(facts) {
    if (facts.shape !== 'activity' || !isJustBegun(facts)) return null
    const key = `chat-first-message:${facts.associatedEntityId}`
    return { key, at: facts.created, facts: conversationFacts(facts) }
  },
  matches: ({ channelId }, occurrence) => isInChannel(channelId, occurrence),
} as const satisfies Kind<z.infer<typeof fieldSchema>>
