import { z } from 'zod'
import { channelDescription, channelField, conversationFacts, isInChannel, isJustAccepted } from './chat.ts'
import type { Kind } from './kind.ts'
import { isActivityWritten } from './mail.ts'

/** A day. */
const LONGEST_SECONDS = 86_400

const fieldSchema = z.strictObject({ seconds: z.int().min(1).max(LONGEST_SECONDS), ...channelField })

/** An employee takes a conversation that a customer began, after `seconds` or longer; bots and off-hours count. */
export const chatAcceptTime = {
  kind: 'chat-accept-time',
  group: 'channels',
  shape: 'activity',
  scope: 'imopenlines',
  entityTypeIds: 'all',
  fieldSchema,
  fields: [{ name: 'seconds', type: 'number', required: true, default: null }, channelDescription],
  couldServe: isActivityWritten,
  recognise(facts) {
    if (facts.shape !== 'activity' || !isJustAccepted(facts)) return null
    const acceptedAt = facts.conversation?.acceptedAt ?? null
    return {
      key: `chat-accept-time:${facts.associatedEntityId}`,
      at: acceptedAt ?? facts.lastUpdated,
      facts: { ...conversationFacts(facts), seconds: acceptedAt && secondsBetween(facts.created, acceptedAt) },
    }
  },
  // How long it took may be unknown: then the doubt says so, not the filter.
  matches: ({ seconds, channelId }, occurrence) =>
    isInChannel(channelId, occurrence) && Number(occurrence.facts.seconds ?? seconds) >= seconds,
  doubt: (_fields, { facts }) => (facts.seconds === null ? 'time-unknown' : null),
} as const satisfies Kind<z.infer<typeof fieldSchema>>

function secondsBetween(from: string, to: string): number {
  return Math.floor((Date.parse(to) - Date.parse(from)) / 1000)
}
