import { z } from 'zod'
import { PAGE_ROWS } from '../../bitrix24/client/page-sizes.ts'
import type { PortalClient } from '../../bitrix24/client/portal-clients.ts'
import { type ActivityRow, activitySelect, parseActivity } from '../../engine/sources/activity/activity-facts.ts'
import { findCursor, storeCursor } from '../../store/cursors.ts'
import type { Db } from '../../store/database.ts'
import { CONVERSATION, isConversation } from '../../triggers/chat.ts'

/** So many pages for one round; what is left then waits for the next one. */
const MOST_PAGES = 40

/**
 * Conversations were listed up to this second of the portal's; `again`: more may have happened in it. `at`: our time then. While a round
 * goes on: `page`, how many it has read; and where rows of one second fill pages, how many were listed (`skip`) and the last one's id.
 */
export type ChatCursor = z.output<typeof cursorSchema>

const cursorSchema = z.object({
  since: z.string(),
  again: z.boolean(),
  skip: z.number(),
  at: z.string(),
  page: z.number().default(0),
  last: z.number().default(0),
})

/** How far a kind of round came; null: there was none yet. */
export async function findChatCursor(db: Db, portal: string, name: string): Promise<ChatCursor | null> {
  const kept = await findCursor(db, portal, name)
  return kept === null ? null : cursorSchema.parse(JSON.parse(kept))
}

export function storeChatCursor(db: Db, portal: string, name: string, cursor: ChatCursor): Promise<void> {
  return storeCursor(db, portal, name, JSON.stringify(cursor))
}

/**
 * The activities of conversations that were updated since, and how far that is. `isFull`: there are more to be asked for at once. A page
 * of what was listed already is the end, as past theirs lists begin anew (`platform.md` 5.13).
 */
export async function listUpdatedChats(
  client: PortalClient,
  cursor: ChatCursor,
  now: Date,
): Promise<{ activities: ActivityRow[]; next: ChatCursor; isFull: boolean }> {
  const { since, again, skip, last, page } = cursor
  const filter = { PROVIDER_ID: CONVERSATION, '>=LAST_UPDATED': again ? since : secondAfter(since) }
  const order = { LAST_UPDATED: 'ASC', ID: 'ASC' }
  const { result } = await client.call('crm.activity.list', { order, filter, select: activitySelect, start: skip })
  const rows = Array.isArray(result) ? result : []
  const listed = rows.flatMap((row) => parseActivity(row) ?? []).filter(isConversation)
  const activities = skip === 0 ? listed : listed.filter((one) => one.lastUpdated > since || one.id > last)
  const [newest] = [...activities].sort(
    (one, other) => other.lastUpdated.localeCompare(one.lastUpdated) || other.id - one.id,
  )
  if (newest === undefined || newest.lastUpdated < since)
    return { activities, next: { ...cursor, ...atItsEnd, at: now.toISOString() }, isFull: false }
  const isSame = newest.lastUpdated === since
  const hasMore = rows.length >= PAGE_ROWS
  const isFull = hasMore && page + 1 < MOST_PAGES
  const next = {
    since: newest.lastUpdated,
    again: hasMore || !isSame,
    skip: hasMore && isSame ? skip + PAGE_ROWS : 0,
    last: hasMore && isSame ? newest.id : 0,
    page: isFull ? page + 1 : 0,
    at: hasMore ? cursor.at : now.toISOString(),
  }
  return { activities, next, isFull }
}

const atItsEnd = { again: false, skip: 0, last: 0, page: 0 }

function secondAfter(time: string): string {
  return new Date(Date.parse(time) + 1000).toISOString()
}
