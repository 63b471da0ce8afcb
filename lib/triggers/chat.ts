import { z } from 'zod'
import type { Recognised } from '../domain/occurrence.ts'
import type { ActivityFacts } from './facts.ts'
import type { FieldDescription } from './kind.ts'

/** PROVIDER_ID of the activity that a conversation of an Open Channel has in CRM (`platform.md` 5.2). */
export const CONVERSATION = 'IMOPENLINES_SESSION'

/** RESULT_STATUS of a conversation that nobody has taken yet; 0 says nothing. */
const UNANSWERED = 1

/** The Open Channel that a trigger listens to; none: any. */
export const channelField = { channelId: z.string().max(100).nullish() }
export const channelDescription: FieldDescription = {
  name: 'channelId',
  type: 'channel',
  required: false,
  default: null,
}

/** The activity stands for a conversation, whose session it names. */
export function isConversation({ providerId, associatedEntityId }: ConversationActivity): boolean {
  return providerId === CONVERSATION && /^[1-9]\d*$/.test(associatedEntityId)
}

type ConversationActivity = Pick<ActivityFacts, 'providerId' | 'associatedEntityId'>

/** What the portal takes for a conversation that the customer began; DIRECTION 2 is one that an employee began. */
export function isIncoming(activity: ConversationActivity & Pick<ActivityFacts, 'direction'>): boolean {
  return isConversation(activity) && activity.direction === 1
}

/** The customer wrote first, and not a connector under his name. */
function isBegunByCustomer(activity: ActivityFacts): boolean {
  return isIncoming(activity) && activity.conversation?.begunBy !== 'connector'
}

/** A customer has begun a conversation, which was not seen before. */
export function isJustBegun(activity: ActivityFacts): boolean {
  return isBegunByCustomer(activity) && typeof activity.conversation?.lastStatus !== 'number'
}

/** 2 is "answered"; a portal that writes another number beyond "unanswered" means the same (`platform.md` 11). */
export function isAnswered(status: number | null): boolean {
  return status !== null && status > UNANSWERED
}

/** It is answered now and was not when it was last seen: later updates and transfers are no acceptance. */
export function isJustAccepted(activity: ActivityFacts): boolean {
  const { conversation, resultStatus } = activity
  return isBegunByCustomer(activity) && isAnswered(resultStatus) && !isAnswered(conversation?.lastStatus ?? null)
}

/**
 * Between which moments an employee took it, ISO 8601 UTC. Where nobody can tell when it was: after it was last seen waiting, or began,
 * and before it was seen answered.
 */
export function acceptedBetween(activity: ActivityFacts): { earliest: string; latest: string } {
  const { conversation, created, lastUpdated } = activity
  const at = conversation?.acceptedAt ?? null
  if (at !== null) return { earliest: at, latest: at }
  return { earliest: conversation?.unansweredAt ?? created, latest: lastUpdated }
}

/** What is kept of a conversation: where it is, not what is said in it. */
export function conversationFacts(activity: ActivityFacts): { sessionId: string; channelId: string } {
  return { sessionId: activity.associatedEntityId, channelId: activity.providerTypeId }
}

/** No channel: any channel. */
export function isInChannel(channelId: string | null | undefined, { facts }: Pick<Recognised, 'facts'>): boolean {
  return !channelId || channelId === facts.channelId
}
