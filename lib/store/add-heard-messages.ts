import type { Db } from './database.ts'

/** A customer's message of which an event told: whose, and when it was written. */
export type HeardMessage = { userCode: string; at: string }

/** Remembers messages that events told of and that were nothing to any trigger. */
export async function addHeardMessages(db: Db, portal: string, messages: HeardMessage[]): Promise<void> {
  if (messages.length === 0) return
  await db
    .insertInto('heard_message')
    .values(messages.map(({ userCode, at }) => ({ portal, user_code: userCode, at })))
    .onConflict((c) => c.doNothing())
    .execute()
}
