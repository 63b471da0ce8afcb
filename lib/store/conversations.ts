import type { Selectable } from 'kysely'
import type { Db } from './database.ts'
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

function conversationRow(portal: string, conversation: Conversation, now: Date) {
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

function conversationFromRow(row: Selectable<ConversationTable>): Conversation {
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

/** Conversations by their sessions or by their activities, as they were last seen. */
export async function findConversations(
  db: Db,
  portal: string,
  { sessions = [], activities = [] }: { sessions?: readonly string[]; activities?: readonly number[] },
): Promise<Conversation[]> {
  if (sessions.length + activities.length === 0) return []
  const rows = await db
    .selectFrom('conversation')
    .selectAll()
    .where('portal', '=', portal)
    .where((eb) =>
      eb.or([
        ...(sessions.length > 0 ? [eb('session_id', 'in', [...sessions])] : []),
        ...(activities.length > 0 ? [eb('activity_id', 'in', [...activities])] : []),
      ]),
    )
    .execute()
  return rows.map(conversationFromRow)
}

/** Keeps how conversations were seen now, in place of how they were seen before. */
export async function upsertConversations(
  db: Db,
  portal: string,
  conversations: Conversation[],
  now: Date,
): Promise<void> {
  if (conversations.length === 0) return
  await db
    .insertInto('conversation')
    .values(conversations.map((conversation) => conversationRow(portal, conversation, now)))
    .onConflict((c) =>
      c.columns(['portal', 'session_id']).doUpdateSet((eb) => ({
        user_code: eb.ref('excluded.user_code'),
        channel_id: eb.ref('excluded.channel_id'),
        activity_id: eb.ref('excluded.activity_id'),
        status: eb.ref('excluded.status'),
        updated_at: eb.ref('excluded.updated_at'),
        accepted_at: eb.ref('excluded.accepted_at'),
        last_message_id: eb.ref('excluded.last_message_id'),
        seen_at: eb.ref('excluded.seen_at'),
        begun_by: eb.ref('excluded.begun_by'),
        proof: eb.ref('excluded.proof'),
      })),
    )
    .execute()
}

/**
 * A customer's message of which an event told: in which chat (`connector|channel|external chat`), the messenger's id of it, and when it
 * was written (ISO 8601 UTC).
 */
export type SeenMessage = { chat: string; externalId: string; at: string }

/** Remembers messages that events told of and that are done with. */
export async function addSeenMessages(db: Db, portal: string, messages: readonly SeenMessage[]): Promise<void> {
  if (messages.length === 0) return
  const rows = messages.map(({ chat, externalId, at }) => {
    return { portal, user_code: chat, external_id: externalId, at }
  })
  await db
    .insertInto('heard_message')
    .values(rows)
    .onConflict((c) => c.doNothing())
    .execute()
}

/** Messages of these chats that events told of and that are done with. */
export async function findSeenMessages(db: Db, portal: string, chats: readonly string[]): Promise<SeenMessage[]> {
  if (chats.length === 0) return []
  const rows = await db
    .selectFrom('heard_message')
    .select(['user_code', 'external_id', 'at'])
    .where('portal', '=', portal)
    .where('user_code', 'in', [...new Set(chats)])
    .execute()
  return rows.map((row) => ({ chat: row.user_code, externalId: row.external_id, at: row.at }))
}
