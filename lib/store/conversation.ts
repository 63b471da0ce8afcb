import type { Selectable } from 'kysely'
import type { ConversationTable } from './schema.ts'

/** A conversation of an Open Channel as it was last seen. Nothing of what is said in it. */
export type Conversation = {
  sessionId: string
  /** `connector|channel|external chat|customer`; later conversations of the same customer have the same. */
  userCode: string
  /** Where it is now, as far as we know: its activity keeps the first channel after a transfer. */
  channelId: string
  activityId: number | null
  /** RESULT_STATUS; null: its activity was never seen. */
  status: number | null
  /** LAST_UPDATED of the activity as it was seen. */
  updatedAt: string | null
  /** When an employee took it; null: not yet, or nobody can tell. */
  acceptedAt: string | null
  /** Its history was looked through as far as this message. */
  lastMessageId: string | null
  /** Who wrote first; absent: nobody has looked. */
  begunBy?: 'customer' | 'connector'
  /** Where its history may not be read: how it was counted last. */
  proof?: Proof
}

/** How many messages a conversation should have had when events had told so many of its chat. */
export type Proof = Readonly<{ expected: number; told: number; countedAt: string }>

export function conversationRow(portal: string, conversation: Conversation, now: Date) {
  const { sessionId, userCode, channelId, activityId, status, updatedAt, acceptedAt } = conversation
  const place = { session_id: sessionId, user_code: userCode, channel_id: channelId, activity_id: activityId }
  const seen = { status, updated_at: updatedAt, accepted_at: acceptedAt, seen_at: now.toISOString() }
  const { lastMessageId, begunBy = null, proof } = conversation
  return {
    portal,
    ...place,
    ...seen,
    last_message_id: lastMessageId,
    begun_by: begunBy,
    proof: proof ? JSON.stringify(proof) : null,
  }
}

export function conversationFromRow(row: Selectable<ConversationTable>): Conversation {
  return {
    sessionId: row.session_id,
    userCode: row.user_code,
    channelId: row.channel_id,
    activityId: row.activity_id,
    status: row.status,
    updatedAt: row.updated_at,
    acceptedAt: row.accepted_at,
    lastMessageId: row.last_message_id,
    ...(row.begun_by !== null && { begunBy: row.begun_by }),
    ...(row.proof !== null && { proof: JSON.parse(row.proof) }),
  }
}
