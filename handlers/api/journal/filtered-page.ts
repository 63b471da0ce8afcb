import { z } from 'zod'
import type { Services } from '../../../lib/services.ts'
import { listTriggerNames } from '../../../lib/store/triggers.ts'
import { decodeCursor, encodeCursor } from '../../http/cursor.ts'
import type { Session } from '../../http/session.ts'
import { entriesOfFiltered } from './entry-json.ts'
import { type FoundFiltered, filteredEvents, placeSchema } from './filtered-events.ts'
import type { EntryPage, JournalQuery } from './page-query.ts'

/** A page of the journal with `reason=filter`: what triggers' own fields ruled out in the last 7 days. */
export async function filteredPage(services: Services, session: Session, query: JournalQuery): Promise<EntryPage> {
  const found: FoundFiltered[] = []
  const start = decodeCursor(placeSchema, query.cursor)
  for await (const one of filteredEvents(services, session, query, start)) {
    if (found.length === query.limit) {
      return { entries: await namedEntries(services, session, found), next: encodeCursor(one.place) }
    }
    found.push(one)
  }
  return { entries: await namedEntries(services, session, found), next: null }
}

/** With the names that their triggers have, or had. */
export async function namedEntries({ db }: Services, { portal }: Session, found: readonly FoundFiltered[]) {
  const names = await listTriggerNames(db, portal.memberId, [...new Set(found.map((one) => one.triggerId))])
  const filtered = found.map(({ row, triggerId: id }) => ({ row, trigger: { id, name: names.get(id) ?? '' } }))
  return entriesOfFiltered(db, portal.memberId, filtered)
}

/** Where a page of both kinds of entries goes on. */
export const mixedCursorSchema = z.object({ before: z.int().nullable(), place: placeSchema.nullable() })
