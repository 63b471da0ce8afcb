import type { Db } from './database.ts'
import type { ChannelSource } from './list-channels.ts'

/** Keeps where the messages of a channel come from. */
export async function keepChannel(
  db: Db,
  portal: string,
  { channelId, source, heardAt, history }: ChannelSource,
): Promise<void> {
  await db
    .insertInto('channel')
    .values({ portal, channel_id: channelId, source, heard_at: heardAt, history: history ?? null })
    .onConflict((c) =>
      c.columns(['portal', 'channel_id']).doUpdateSet({ source, heard_at: heardAt, history: history ?? null }),
    )
    .execute()
}
