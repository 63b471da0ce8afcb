import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../lib/store/database.ts'
import type { Portal } from './portal/index.ts'

/** Waits until every event of the portals has arrived and nothing is left to do; throws what is left after so many milliseconds. */
export async function untilSettled(db: Db, portals: readonly Portal[], patienceMs: number): Promise<void> {
  const giveUpAt = Date.now() + patienceMs
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
    if (Date.now() > giveUpAt) throw new Error(`Still to do: ${JSON.stringify(due.slice(0, 10))}`)
    await sleep(25)
  }
}
