import { z } from 'zod'
import { channelDescription, channelField, conversationFacts, isInChannel, isJustAccepted } from './chat.ts'
import type { Kind } from './kind.ts'
import { isActivityWritten } from './mail.ts'

const fieldSchema = z.strictObject(channelField)

/** An employee takes a conversation that a customer began: the first acceptance only. Accept time is decided before it. */
export const chatAccepted = {
  kind: 'chat-accepted',
  group: 'channels',
  shape: 'activity',
  scope: 'imopenlines',
  entityTypeIds: 'all',
  fieldSchema,
  fields: [channelDescription],
  couldServe: isActivityWritten,
  recognise(facts) {
    if (facts.shape !== 'activity' || !isJustAccepted(facts)) return null
    const acceptedAt = facts.conversation?.acceptedAt ?? null
    return {
      key: `chat-accepted:${facts.associatedEntityId}`,
      at: acceptedAt ?? facts.lastUpdated,
      facts: { ...conversationFacts(facts), timeKnown: acceptedAt !== null },
      yieldsTo: `chat-accept-time:${facts.associatedEntityId}`,
    }
  },
  matches: ({ channelId }, occurrence) => isInChannel(channelId, occurrence),
  doubt: (_fields, { facts }) => (facts.timeKnown === false ? 'time-unknown' : null),
} as const satisfies Kind<z.infer<typeof fieldSchema>>
