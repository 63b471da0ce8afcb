import { z } from 'zod'
import {
  acceptedBetween,
  channelDescription,
  channelField,
  conversationFacts,
  isInChannel,
  isJustAccepted,
} from './chat.ts'
import type { Kind } from './kind.ts'
import { isActivityWritten } from './mail.ts'

declare module '../domain/kind-code.ts' {
  interface KindCodes {
    'chat-accepted': true
  }
}

const fieldSchema = z.strictObject(channelField)

/**
 * An employee takes a conversation that a customer began: the first acceptance only. Accept time is decided before it. Where nobody can
 * tell the moment, the latest that is possible counts.
 */
export const chatAccepted = {
  kind: 'chat-accepted',
  group: 'channels',
  shape: 'activity',
  scope: 'imopenlines',
  entityTypeIds: 'all',
  fieldSchema,
  fields: [channelDescription],
  mayMatch: isActivityWritten,
  recognise(facts) {
    if (facts.shape !== 'activity' || !isJustAccepted(facts)) return null
    return {
      key: `chat-accepted:${facts.associatedEntityId}`,
      at: acceptedBetween(facts).latest,
      facts: conversationFacts(facts),
      precededBy: `chat-accept-time:${facts.associatedEntityId}`,
    }
  },
  matches: ({ channelId }, occurrence) => isInChannel(channelId, occurrence),
} as const satisfies Kind<z.infer<typeof fieldSchema>>
