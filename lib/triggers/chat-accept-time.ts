import { z } from 'zod'
import type { Recognised } from '../domain/occurrence.ts'
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
    'chat-accept-time': true
  }
}

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
  mayMatch: isActivityWritten,
  recognise(facts) {
    if (facts.shape !== 'activity' || !isJustAccepted(facts)) return null
    const { earliest, latest } = acceptedBetween(facts)
    const atLeast = secondsBetween(facts.created, earliest)
    const atMost = secondsBetween(facts.created, latest)
    const took = atLeast === atMost ? { seconds: atLeast } : { atLeast, atMost }
    return {
      key: `chat-accept-time:${facts.associatedEntityId}`,
      at: latest,
      facts: { ...conversationFacts(facts), ...took },
    }
  },
  // How long it took may be uncertain: then the doubt says so, not the filter.
  matches: ({ seconds, channelId }, occurrence) => isInChannel(channelId, occurrence) && most(occurrence) >= seconds,
  veto: ({ seconds }, occurrence) => (least(occurrence) >= seconds ? null : 'time-unknown'),
} as const satisfies Kind<z.infer<typeof fieldSchema>>

function least({ facts }: Recognised): number {
  return Number(facts.atLeast ?? facts.seconds ?? 0)
}

function most({ facts }: Recognised): number {
  return Number(facts.atMost ?? facts.seconds)
}

function secondsBetween(from: string, to: string): number {
  return Math.floor((Date.parse(to) - Date.parse(from)) / 1000)
}
