import { listChannels } from '../../../lib/store/channels.ts'
import type { Db } from '../../../lib/store/database.ts'
import { findProbe } from '../../../lib/store/probes.ts'

/**
 * Which Open Channels have conversations that nobody of ours may read: those where it was tried, and all others where the portal refused it
 * when it was probed.
 */
export async function unreadChannels(
  db: Db,
  portal: string,
): Promise<{ has(channelId: string): boolean; any: boolean }> {
  const [channels, { histories }] = await Promise.all([listChannels(db, portal), findProbe(db, portal)])
  const known = new Map(channels.flatMap(({ channelId, history }) => (history ? [[channelId, history]] : [])))
  const isProbed = histories?.answer === 'no'
  return {
    has: (channelId) => (known.get(channelId) ?? (isProbed ? 'denied' : 'readable')) === 'denied',
    any: isProbed || [...known.values()].includes('denied'),
  }
}
