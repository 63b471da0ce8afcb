import { boundedCache } from '../bounded-cache.ts'
import type { JobType } from '../domain/job-types.ts'
import type { Db } from '../store/database.ts'
import { engineOf } from '../store/engine.ts'
import { enqueueInbound } from '../store/inbound-events.ts'
import { countDueJobs } from '../store/job-queries.ts'
import type { NewJob } from '../store/jobs.ts'
import { createGroupCommit } from './group-commit.ts'

/**
 * More jobs of these types do not wait for one portal: whoever knows its application_token can send any number, and its owner click on links of his
 * own (`design.md` 8). What is told to a rule may take five kilobytes, a click two.
 */
const MOST_DUE: ReadonlyMap<JobType, number> = new Map([
  ['notice', 10_000],
  ['answer-robot', 3000],
  ['click', 5000],
])

/** After so many jobs of a portal those that wait are counted anew: by as many from each process it may come over the most. */
const COUNT_AFTER = 100

/** How long it is believed that too many wait, milliseconds. */
const FULL_MS = 1000

/** Portals whose jobs of a type are counted; one that is forgotten begins anew. */
const MOST_COUNTS = 10_000

/** How many jobs of a portal waited, when that was (milliseconds of the process), and how many have come here since. */
type Count = { counted: number; at: number; since: number }

/** Where what portals tell is stored. */
export type Inbox = {
  /** Stores what one portal told, jobs of one type; comes back after the commit. False: nothing is stored, as too many of them wait. */
  add(jobs: NewJob[]): Promise<boolean>
  /** How many events were counted and not stored so far: too many of their portals waited. The sweep finds what is real of them. */
  dropped(): number
}

export function createInbox(db: Db, clock: () => Date): Inbox {
  // PostgreSQL joins commits that come at the same time by itself, and one statement is one; SQLite has one writer.
  const apart = engineOf(db) === 'postgres'
  const addInGroups = createGroupCommit((jobs) => enqueueInbound(db, jobs, clock()), { apart })
  const counts = boundedCache<Count>(MOST_COUNTS)
  let dropped = 0

  /** Counting costs a statement, so a portal where little happens is not counted. */
  const isFull = async ({ portal, type }: NewJob, more: number): Promise<boolean> => {
    const most = MOST_DUE.get(type)
    if (most === undefined) return false
    const key = `${portal} ${type}`
    const known = counts.get(key) ?? { counted: 0, at: 0, since: 0 }
    known.since += more
    counts.set(key, known)
    const isWithin = known.since < COUNT_AFTER && known.counted + known.since <= most
    const isKnownFull = known.counted >= most && performance.now() - known.at < FULL_MS
    if (!isWithin && !isKnownFull) {
      Object.assign(known, { at: performance.now(), since: more })
      known.counted = await countDueJobs(db, { portal, type }, most)
    }
    return known.counted >= most
  }
  return {
    async add(jobs) {
      const [first] = jobs
      if (first && (await isFull(first, jobs.length))) {
        if (first.type === 'notice') dropped += jobs.length
        return false
      }
      await addInGroups(jobs)
      return true
    },
    dropped: () => dropped,
  }
}
