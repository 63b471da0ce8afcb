import type { Db } from './database.ts'

/**
 * A customer's message of which an event told: in which chat (`connector|channel|external chat`), the messenger's id of it, and when it
 * was written (ISO 8601 UTC).
 */
export type HeardMessage = { chat: string; externalId: string; at: string }

/** Remembers messages that events told of and that are done with. */
export async function addHeardMessages(db: Db, portal: string, messages: readonly HeardMessage[]): Promise<void> {
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
