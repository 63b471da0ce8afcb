import { addDrift } from '../../store/answer-drift.ts'
import type { Db } from '../../store/database.ts'
import type { PortalLog } from '../config.ts'
import { shapeOf } from './shape-of.ts'

/** Counts answers of portals that do not look as we know them, so that an operator can report it. */
export type Drift = Readonly<{
  note: (portal: string, method: string, values: readonly unknown[]) => void
  /** How many answers, or rows of them, by method; of this process. */
  counts: () => ReadonlyMap<string, number>
  /** Writes what is waiting; for the end of the process and for tests. */
  flush: () => Promise<void>
}>

/** A crash loses at most this many milliseconds of it. */
const WRITE_EVERY_MS = 1000

/** So many different shapes are kept between two writings, and known to have been logged. */
const MOST_WAITING = 100
const MOST_LOGGED = 1000

type Seen = { portal: string; method: string; shape: string; count: number }

export function createDrift({ db, clock, log }: { db: Db; clock: () => Date; log: PortalLog }): Drift {
  const counts = new Map<string, number>()
  const logged = new Set<string>()
  const waiting = new Map<string, Seen>()
  let timer: NodeJS.Timeout | null = null

  const flush = async () => {
    if (timer) clearTimeout(timer)
    timer = null
    const seen = [...waiting.values()]
    waiting.clear()
    try {
      for (const one of seen) await addDrift(db, one, clock())
    } catch (error) {
      log.error({ lost: seen.length, error: (error as Error).name }, 'Answers that do not fit could not be kept')
    }
  }
  const noteOne = (portal: string, method: string, value: unknown) => {
    counts.set(method, (counts.get(method) ?? 0) + 1)
    const shape = shapeOf(value)
    const name = `${method} ${shape}`
    if (!logged.has(name) && logged.size < MOST_LOGGED) {
      logged.add(name)
      log.warn({ portal, method, shape }, 'A portal answers in a shape that is not known')
    }
    const key = `${portal} ${name}`
    const seen = waiting.get(key)
    if (seen === undefined && waiting.size >= MOST_WAITING) return
    waiting.set(key, { portal, method, shape, count: (seen?.count ?? 0) + 1 })
    timer ??= setTimeout(flush, WRITE_EVERY_MS).unref()
  }
  return {
    note: (portal, method, values) => {
      for (const value of values) noteOne(portal, method, value)
    },
    counts: () => counts,
    flush,
  }
}
