import { addRounds } from '../store/add-rounds.ts'
import type { Db } from '../store/database.ts'

/** Work that comes round by itself: one row for each portal that needs it, every so many seconds. */
export type Periodic = Readonly<{
  /** Kind of the rows; their subject is `round`. */
  kind: string
  seconds: number
  /** Portals that need it at present. */
  portals(db: Db, now: Date): Promise<string[]>
  /** Also as soon as a process starts, before what came since: it looks for what happened while none ran. */
  atStart?: boolean
}>

/**
 * What the clock does every second (`design.md` 3): inserts periodic work at the beginning of each span of so many seconds, counted
 * from 1970, so that several processes agree on it. A round that is still due is not joined by a second one, and what was missed
 * while no process ran is not made up.
 */
export function createRounds(db: Db, clock: () => Date, works: readonly Periodic[]): () => Promise<void> {
  const done = new Map<string, number>()
  return async () => {
    const now = clock()
    for (const { kind, seconds, portals, atStart = false } of works) {
      const span = Math.max(1, seconds) * 1000
      const began = Math.floor(now.getTime() / span) * span
      if (done.get(kind) === began) continue
      const since = atStart && !done.has(kind) ? now : new Date(began)
      await addRounds(db, { kind, portals: await portals(db, now), since, dueAt: new Date(began) }, now)
      done.set(kind, began)
    }
  }
}
