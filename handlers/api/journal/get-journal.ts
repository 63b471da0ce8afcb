import { z } from 'zod'
import type { Services } from '../../../lib/services.ts'
import { decodeCursor, encodeCursor } from '../../http/cursor.ts'
import { fewAtATime } from '../../http/few-at-a-time.ts'
import { readQuery } from '../../http/read-input.ts'
import type { Session, SessionHandler } from '../../http/session.ts'
import { entriesOf } from './entry-json.ts'
import { filteredPage } from './filtered-page.ts'
import { journalPage } from './journal-page.ts'
import { decisionFilter, mayReadJournal } from './journal-query.ts'
import { mixedPage } from './mixed-page.ts'
import { type EntryPage, type JournalQuery, pageQuerySchema } from './page-query.ts'
import { withTitles } from './with-titles.ts'

/** `GET /api/journal`: why items moved or did not, newest first. Employees read it item by item. */
export function getJournal(services: Services): SessionHandler {
  const twoAtATime = fewAtATime(2)
  return async (session, request, response) => {
    const query = readQuery(pageQuerySchema, request)
    await mayReadJournal(services, session, query)
    const { entries, next } = await twoAtATime(session.portal.memberId, () => pageOf(services, session, query))
    response.json({ entries: await withTitles(services, session, entries), next })
  }
}

async function pageOf(services: Services, session: Session, query: JournalQuery): Promise<EntryPage> {
  if (query.reason === 'filter') return filteredPage(services, session, query)
  if (query.include === 'filter' && query.reason === undefined) return mixedPage(services, session, query)
  const { db } = services
  const { memberId } = session.portal
  const { limit, cursor, ...filter } = query
  const before = decodeCursor(z.int(), cursor)
  const wanted = await decisionFilter(services, session, filter)
  const { rows, next } = await journalPage(db, memberId, { ...wanted, before }, limit)
  return { entries: await entriesOf(db, memberId, rows), next: next === null ? null : encodeCursor(next) }
}
