import { setImmediate as othersTurn } from 'node:timers/promises'
import type { Db } from '../../../lib/store/database.ts'
import {
  type DecisionFilter,
  type DecisionRow,
  findDecisionBefore,
  findDecisionBelow,
  listDecisions,
} from '../../../lib/store/decisions.ts'

/** Decisions that one statement looks at, a few milliseconds' worth; and after how many of them a page goes on with the next request. */
const WINDOW = 10_000
const MOST_WINDOWS = 30

/** Decisions that were found, and where to look on; null: that was all. */
export type JournalPage = { rows: DecisionRow[]; next: number | null }

/**
 * A page of the journal, newest first. What nobody can find quickly is looked for part by part, so that a long journal holds nobody else up:
 * SQLite answers within the event loop. So a page may be short, even empty, and go on all the same.
 */
export async function journalPage(db: Db, portal: string, filter: DecisionFilter, limit: number): Promise<JournalPage> {
  const rows: DecisionRow[] = []
  const tooOld = filter.from === undefined ? null : await findDecisionBefore(db, portal, filter.from)
  let before = filter.before
  for (let window = 0; window < MOST_WINDOWS; window++) {
    const atLeast = await findDecisionBelow(db, portal, before, WINDOW)
    const found = await listDecisions(db, portal, { ...filter, before, atLeast }, limit + 1 - rows.length)
    rows.push(...found)
    if (rows.length > limit) return { rows: rows.slice(0, limit), next: rows[limit - 1]?.id ?? null }
    if (atLeast === null || (tooOld !== null && atLeast <= tooOld)) return { rows, next: null }
    before = atLeast
    await othersTurn()
  }
  return { rows, next: before ?? null }
}
