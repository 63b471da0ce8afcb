import type { JobType } from '../domain/job-types.ts'
import type { Db } from '../store/database.ts'
import { enqueueForExisting } from '../store/jobs.ts'
import { partsOf } from '../store/parts-of.ts'

/** A statement takes a limited number of values. */
const AT_ONCE = 500

type PeriodicRun = Readonly<{ type: JobType; portals: readonly string[]; since: Date; dueAt: Date; spanMs: number }>

/**
 * Adds a round of periodic work, due at that moment, for each of the portals that had none since then; one that is still due stays as
 * it is. A round of more than a span ahead does not count: the clock was put back since.
 */
async function enqueuePeriodic(db: Db, { type, portals, since, dueAt, spanMs }: PeriodicRun, now: Date): Promise<void> {
  if (portals.length === 0) return
  const rows = await db
    .selectFrom('work')
    .select('portal')
    .where('state', 'in', ['due', 'done', 'parked'])
    .where('due_at', '>=', since.toISOString())
    .where('due_at', '<=', new Date(now.getTime() + spanMs).toISOString())
    .where('kind', '=', type)
    .execute()
  const served = new Set(rows.map(({ portal }) => portal))
  const wanting = portals.filter((portal) => !served.has(portal))
  for (const some of partsOf(wanting, AT_ONCE)) {
    await enqueueForExisting(
      db,
      some.map((portal) => ({ portal, type, dedupKey: 'round', dueAt })),
      now,
    )
  }
}

/** Work that comes round by itself: one row for each portal that needs it, every so many seconds. */
export type PeriodicJob = Readonly<{
  /** Type of the rows; their key is `round`. */
  type: JobType
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
export function createScheduler(db: Db, clock: () => Date, works: readonly PeriodicJob[]): () => Promise<void> {
  const done = new Map<string, number>()
  return async () => {
    const now = clock()
    for (const { type, seconds, portals, atStart = false } of works) {
      const span = Math.max(1, seconds) * 1000
      const began = Math.floor(now.getTime() / span) * span
      if (done.get(type) === began) continue
      const since = atStart && !done.has(type) ? now : new Date(began)
      await enqueuePeriodic(
        db,
        { type, portals: await portals(db, now), since, dueAt: new Date(began), spanMs: span },
        now,
      )
      done.set(type, began)
    }
  }
}
