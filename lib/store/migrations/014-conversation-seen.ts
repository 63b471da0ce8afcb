import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** When a conversation was seen last: one that rests for long is forgotten. Those that are there count from now. */
export const conversationSeen: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('conversation').addColumn('seen_at', 'text').execute()
    const known = db as Kysely<{ conversation: { seen_at: string } }>
    await known.updateTable('conversation').set({ seen_at: new Date().toISOString() }).execute()
    await db.schema.createIndex('conversation_seen').on('conversation').columns(['portal', 'seen_at']).execute()
  },
}
