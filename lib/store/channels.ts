import type { MessageSource } from '../domain/states.ts'
import type { Db } from './database.ts'

/** Where the messages of an Open Channel come from; `heardAt`: when an event last told of a customer's message. */
export type ChannelSource = {
  channelId: string
  source: MessageSource
  heardAt: string | null
  /** May the histories of its conversations be read? Absent: nobody has tried. */
  history?: 'readable' | 'denied'
  /** The one conversation that was refused since another could be read. */
  deniedSession?: string
}

/** The channels of which it is known where their messages come from. */
export async function listChannels(db: Db, portal: string): Promise<ChannelSource[]> {
  const rows = await db.selectFrom('channel').selectAll().where('portal', '=', portal).execute()
  return rows.map((row) => ({
    channelId: row.channel_id,
    source: row.source,
    heardAt: row.heard_at,
    ...(row.history !== null && { history: row.history }),
    ...(row.denied_session !== null && { deniedSession: row.denied_session }),
  }))
}

/** Keeps where the messages of a channel come from. */
export async function upsertChannel(
  db: Db,
  portal: string,
  { channelId, source, heardAt, history, deniedSession }: ChannelSource,
): Promise<void> {
  const values = { source, heard_at: heardAt, history: history ?? null, denied_session: deniedSession ?? null }
  await db
    .insertInto('channel')
    .values({ portal, channel_id: channelId, ...values })
    .onConflict((c) => c.columns(['portal', 'channel_id']).doUpdateSet(values))
    .execute()
}
