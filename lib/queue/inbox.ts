import { boundedCache } from '../bounded-cache.ts'
import type { Db } from '../store/database.ts'
import { enqueueInbound } from '../store/inbound-events.ts'
import { countDueEvents } from '../store/job-queries.ts'
import type { NewJob } from '../store/jobs.ts'
import { createGroupCommit } from './group-commit.ts'

/** More events of one portal do not wait: whoever knows its application_token can send any number (`design.md` 8). */
const MOST_DUE = 10_000

/** After so many events of a portal those that wait are counted anew: by as many from each process it may come over the most. */
const COUNT_AFTER = 100

/** How long it is believed that too many wait, milliseconds. */
const FULL_MS = 1000

/** Portals that are counted; one that is forgotten begins anew. */
const MOST_PORTALS = 10_000

/** How many events of a portal waited, when that was (milliseconds of the process), and how many have come here since. */
type Count = { counted: number; at: number; since: number }

/** Where what portals tell is stored. */
export type Inbox = {
  /** Stores what one portal told; comes back after the commit. */
  add(jobs: NewJob[]): Promise<void>
  /** How many events were counted and not stored so far: too many of their portals waited. The sweep finds what is real of them. */
  dropped(): number
}

export function createInbox(db: Db, clock: () => Date): Inbox {
  const addInGroups = createGroupCommit((jobs) => enqueueInbound(db, jobs, clock()))
  const counts = boundedCache<Count>(MOST_PORTALS)
  let dropped = 0

  /** Counting costs a statement, so a portal where little happens is not counted. */
  const isFull = async (portal: string, more: number): Promise<boolean> => {
    const known = counts.get(portal) ?? { counted: 0, at: 0, since: 0 }
    known.since += more
    counts.set(portal, known)
    const isWithin = known.since < COUNT_AFTER && known.counted + known.since <= MOST_DUE
    const isKnownFull = known.counted >= MOST_DUE && performance.now() - known.at < FULL_MS
    if (!isWithin && !isKnownFull) {
      Object.assign(known, { at: performance.now(), since: more })
      known.counted = await countDueEvents(db, portal, MOST_DUE)
    }
    return known.counted >= MOST_DUE
  }
  return {
    async add(jobs) {
      const [first] = jobs
      if (first?.type === 'notice' && (await isFull(first.portal, jobs.length))) dropped += jobs.length
      else await addInGroups(jobs)
    },
    dropped: () => dropped,
  }
}
