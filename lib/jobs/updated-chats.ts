import { z } from 'zod'
import { type ActivityRow, activitySelect, parseActivity } from '../engine/read/activity-facts.ts'
import type { PortalClient } from '../portal/types.ts'
import type { Db } from '../store/database.ts'
import { findCursor } from '../store/find-cursor.ts'
import { storeCursor } from '../store/store-cursor.ts'
import { CONVERSATION, isConversation } from '../triggers/chat.ts'

/** Rows of a list; what is more is asked for at once. */
const PAGE = 50

/**
 * Conversations were listed up to this second of the portal's; `again`: more may have happened in it; `skip`: so many rows of it were
 * listed, when it fills more than a page. `at`: our time then.
 */
export type ChatCursor = z.output<typeof cursorSchema>

const cursorSchema = z.object({ since: z.string(), again: z.boolean(), skip: z.number(), at: z.string() })

/** How far a kind of round came; null: there was none yet. */
export async function findChatCursor(db: Db, portal: string, name: string): Promise<ChatCursor | null> {
  const kept = await findCursor(db, portal, name)
  return kept === null ? null : cursorSchema.parse(JSON.parse(kept))
}

export function storeChatCursor(db: Db, portal: string, name: string, cursor: ChatCursor): Promise<void> {
  return storeCursor(db, portal, name, JSON.stringify(cursor))
}

/** The activities of conversations that were updated since, and how far that is. `isFull`: there are more. */
export async function listUpdatedChats(
  client: PortalClient,
  cursor: ChatCursor,
  now: Date,
): Promise<{ activities: ActivityRow[]; next: ChatCursor; isFull: boolean }> {
  const { since, again, skip } = cursor
  const filter = { PROVIDER_ID: CONVERSATION, '>=LAST_UPDATED': again ? since : secondAfter(since) }
  const order = { LAST_UPDATED: 'ASC', ID: 'ASC' }
  const { result } = await client.call('crm.activity.list', { order, filter, select: activitySelect, start: skip })
  const rows = Array.isArray(result) ? result : []
  const activities = rows.flatMap((row) => parseActivity(row) ?? []).filter(isConversation)
  const newest = activities.at(-1)?.lastUpdated ?? since
  const isFull = rows.length >= PAGE
  const isSame = newest === since
  const next = {
    since: newest,
    again: isFull || !isSame,
    skip: isFull && isSame ? skip + PAGE : 0,
    at: isFull ? cursor.at : now.toISOString(),
  }
  return { activities, next, isFull }
}

function secondAfter(time: string): string {
  return new Date(Date.parse(time) + 1000).toISOString()
}
