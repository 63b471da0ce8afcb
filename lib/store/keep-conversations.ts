import { type Conversation, conversationRow } from './conversation.ts'
import type { Db } from './database.ts'

/** Keeps how conversations were seen now, in place of how they were seen before. */
export async function keepConversations(
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
