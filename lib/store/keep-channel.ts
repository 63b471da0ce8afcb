import type { Db } from './database.ts'
import type { ChannelSource } from './list-channels.ts'

/** Keeps where the messages of a channel come from. */
export async function keepChannel(
  db: Db,
  portal: string,
  { channelId, source, heardAt }: ChannelSource,
): Promise<void> {
  await db
    .insertInto('channel')
    .values({ portal, channel_id: channelId, source, heard_at: heardAt })
    .onConflict((c) => c.columns(['portal', 'channel_id']).doUpdateSet({ source, heard_at: heardAt }))
    .execute()
}
