import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../lib/store/database.ts'
import type { Portal } from './portal/index.ts'

/** Pauses between two looks at what is due, milliseconds: they grow, as what is not done soon mostly waits for its time. */
const FIRST_PAUSE_MS = 25
const LONGEST_PAUSE_MS = 100

/** Waits until every event of the portals has arrived and nothing is left to do; throws what is left after so many milliseconds. */
export async function untilSettled(db: Db, portals: readonly Portal[], patienceMs: number): Promise<void> {
  const giveUpAt = Date.now() + patienceMs
  let pauseMs = FIRST_PAUSE_MS
  for (let quiet = 0; quiet < 2; ) {
    await Promise.all(portals.map((portal) => portal.idle()))
    const due = await db
      .selectFrom('work')
      .select(['kind', 'subject', 'reason'])
      .where('state', '=', 'due')
      // It waits half a minute for an event.
      .where('kind', '<>', 'test-events')
      .execute()
    quiet = due.length === 0 ? quiet + 1 : 0
    if (due.length > 0 && Date.now() > giveUpAt) throw new Error(`Still to do: ${JSON.stringify(due.slice(0, 10))}`)
    if (quiet > 0) pauseMs = FIRST_PAUSE_MS
    await sleep(pauseMs)
    pauseMs = Math.min(1.5 * pauseMs, LONGEST_PAUSE_MS)
  }
}
