import { type Conversation, conversationFromRow } from './conversation.ts'
import type { Db } from './database.ts'

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
