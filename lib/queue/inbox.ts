import type { Db } from '../store/database.ts'
import { enqueueInbound } from '../store/inbound-events.ts'
import { countDueEvents } from '../store/job-queries.ts'
import type { NewJob } from '../store/jobs.ts'
import { createGroupCommit } from './group-commit.ts'

/** More events of one portal do not wait: whoever knows its application_token can send any number (`design.md` 8). */
const MOST_DUE = 10_000

/** How long a count serves, milliseconds: by it a portal may come a little over the most. */
const COUNT_EVERY_MS = 1000

/** Where what portals tell is stored. */
export type Inbox = {
  /** Stores what one portal told; comes back after the commit. */
  add(jobs: NewJob[]): Promise<void>
  /** How many events were counted and not stored so far: too many of their portals waited. The sweep finds what is real of them. */
  dropped(): number
}

export function createInbox(db: Db, clock: () => Date): Inbox {
  const addInGroups = createGroupCommit((jobs) => enqueueInbound(db, jobs, clock()))
  let counts = new Map<string, Promise<{ waiting: number }>>()
  let countedAt = Number.NEGATIVE_INFINITY
  let dropped = 0

  /** Events that come at the same time wait for one count. */
  const countOf = (portal: string): Promise<{ waiting: number }> => {
    if (performance.now() - countedAt > COUNT_EVERY_MS) {
      counts = new Map()
      countedAt = performance.now()
    }
    const known = counts.get(portal)
    if (known) return known
    const counted = countDueEvents(db, portal, MOST_DUE).then((waiting) => ({ waiting }))
    counts.set(portal, counted)
    // What could not be counted is counted again.
    counted.catch(() => counts.delete(portal))
    return counted
  }
  return {
    async add(jobs) {
      const [first] = jobs
      if (first?.type !== 'notice') return addInGroups(jobs)
      const { portal } = first
      const count = await countOf(portal)
      if (count.waiting >= MOST_DUE) {
        dropped += jobs.length
        return
      }
      count.waiting += jobs.length
      await addInGroups(jobs)
    },
    dropped: () => dropped,
  }
}
