import { setTimeout as sleep } from 'node:timers/promises'
import type { Setting } from '../test/chaos/setting.ts'

/** Work that events set off; what comes round by itself is always due at some time. */
const DUE = "select 1 from work where state = 'due' and kind in ('notice', 'look', 'settle-move') limit 1"

/** Waits until every event of the portals has arrived and what they set off is done. */
export async function untilWorkedOff({ portals, query }: Pick<Setting, 'portals' | 'query'>): Promise<void> {
  await Promise.all(portals.map((portal) => portal.idle()))
  while ((await query(DUE)).length > 0) await sleep(100)
}
