import type { Services } from '../../../lib/services.ts'
import type { DecisionRow } from '../../../lib/store/decisions.ts'
import { decodeCursor, encodeCursor } from '../../http/cursor.ts'
import type { Session } from '../../http/session.ts'
import { entriesOf } from './entry-json.ts'
import { type FoundFiltered, filteredEvents } from './filtered-events.ts'
import { mixedCursorSchema, namedEntries } from './filtered-page.ts'
import { journalPage } from './journal-page.ts'
import { decisionFilter } from './journal-query.ts'
import type { EntryPage, JournalQuery } from './page-query.ts'

/** A page of decisions and of what triggers' own fields ruled out, by time, newest first. `null` in the cursor: of that kind there are no more. */
export async function mixedPage(services: Services, session: Session, query: JournalQuery): Promise<EntryPage> {
  const { db } = services
  const { memberId } = session.portal
  const { limit, cursor, ...filter } = query
  const start = decodeCursor(mixedCursorSchema, cursor)
  const wanted = await decisionFilter(services, session, filter)
  const decisions =
    start?.before === null
      ? { rows: [], next: null }
      : await journalPage(db, memberId, { ...wanted, before: start?.before }, limit)
  const ruledOut = start?.place === null ? [] : await nextFiltered(services, session, query, start?.place)

  const part = newestPart(decisions, ruledOut, limit)
  const made = await entriesOf(db, memberId, decisions.rows.slice(0, part.decisions))
  const filtered = await namedEntries(services, session, ruledOut.slice(0, part.filtered))
  const entries = [...made, ...filtered].sort((one, other) => other.at.localeCompare(one.at))

  const lastShown = decisions.rows[part.decisions - 1]?.id ?? start?.before
  const isEnd = part.decisions === decisions.rows.length
  const before = isEnd ? decisions.next : (lastShown ?? (decisions.rows[0]?.id ?? 0) + 1)
  const place = ruledOut[part.filtered]?.place ?? null
  return { entries, next: before === null && place === null ? null : encodeCursor({ before, place }) }
}

/** One more than a page has, so that the page knows where the next begins. */
async function nextFiltered(
  services: Services,
  session: Session,
  query: JournalQuery,
  from: Parameters<typeof filteredEvents>[3],
): Promise<FoundFiltered[]> {
  const found: FoundFiltered[] = []
  for await (const one of filteredEvents(services, session, query, from)) {
    found.push(one)
    if (found.length > query.limit) break
  }
  return found
}

/** How many of each make the page. Where decisions are looked for part by part, nothing older than the last one known is shown yet. */
function newestPart(
  { rows, next }: { rows: readonly DecisionRow[]; next: number | null },
  ruledOut: readonly FoundFiltered[],
  limit: number,
): { decisions: number; filtered: number } {
  let [decisions, filtered] = [0, 0]
  while (decisions + filtered < limit) {
    const [decision, event] = [rows[decisions], ruledOut[filtered]]
    if (decision === undefined && (next !== null || event === undefined)) break
    const isDecision = decision !== undefined && (event === undefined || decision.at >= event.row.heard_at)
    if (isDecision) decisions++
    else filtered++
  }
  return { decisions, filtered }
}
