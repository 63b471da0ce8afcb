import { setImmediate as othersTurn } from 'node:timers/promises'
import { z } from 'zod'
import { largestId } from '../../../lib/domain/ids.ts'
import type { Services } from '../../../lib/services.ts'
import type { Db } from '../../../lib/store/database.ts'
import {
  countByReason,
  type DecisionFilter,
  findDecisionBefore,
  findDecisionBelow,
} from '../../../lib/store/decisions.ts'
import { fewAtATime } from '../../http/few-at-a-time.ts'
import { numberInQuery, readQuery } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { decisionFilter, filterSchema, mayReadJournal } from './journal-query.ts'

/** Decisions that one statement counts, a few milliseconds' worth, and how many are counted at most. */
const WINDOW = 10_000
const MOST_WINDOWS = 30

export const querySchema = z.object({ ...filterSchema, after: numberInQuery(0, largestId).optional() })

/** How many entries there are; `left`: how many more `without` leaves out; `isAll`: nothing older remains to be counted. */
type Count = { count: number; left: number; isAll: boolean }

/** `GET /api/journal/count`: how many entries the same filter of `GET /api/journal` finds; with `after` only those with a greater id. */
export function countJournal(services: Services): SessionHandler {
  const oneAtATime = fewAtATime(1)
  return async (session, request, response) => {
    const query = readQuery(querySchema, request)
    await mayReadJournal(services, session, query)
    const { memberId } = session.portal
    const filter = await decisionFilter(services, session, query)
    response.json(await oneAtATime(memberId, () => count(services.db, memberId, filter)))
  }
}

/** Counts part by part, as the journal is read: SQLite answers within the event loop. */
async function count(db: Db, portal: string, { without = [], ...filter }: DecisionFilter): Promise<Count> {
  const all: Count = { count: 0, left: 0, isAll: true }
  const tooOld = filter.from === undefined ? null : await findDecisionBefore(db, portal, filter.from)
  const oldest = Math.max(tooOld ?? 0, filter.after ?? 0)
  let before: number | undefined
  for (let window = 0; window < MOST_WINDOWS; window++) {
    const atLeast = await findDecisionBelow(db, portal, before, WINDOW)
    for (const { reason, count } of await countByReason(db, portal, { ...filter, before, atLeast })) {
      if (reason !== null && without.includes(reason)) all.left += count
      else all.count += count
    }
    if (atLeast === null || atLeast <= oldest) return all
    before = atLeast
    await othersTurn()
  }
  return { ...all, isAll: false }
}
