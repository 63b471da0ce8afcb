import { z } from 'zod'
import { reasons } from '../../../lib/domain/reasons.ts'
import type { Services } from '../../../lib/services.ts'
import { ApiError } from '../../http/api-error.ts'
import { decodeCursor, encodeCursor } from '../../http/cursor.ts'
import { fewAtATime } from '../../http/few-at-a-time.ts'
import { largestId, numberInQuery, pageInQuery, readQuery, timeInQuery } from '../../http/read-input.ts'
import { isAtLeast, type Session, type SessionHandler } from '../../http/session.ts'
import { readItem } from '../directory/read-item.ts'
import { entryOfDecision } from './entry-json.ts'
import { filteredPage } from './filtered-page.ts'
import { journalPage } from './journal-page.ts'

/** How far back the journal reaches where nobody asks for more, milliseconds. */
const USUAL_MS = 90 * 86_400_000

const id = numberInQuery(1, largestId).optional()

const querySchema = z.object({
  triggerId: id,
  kind: z
    .string()
    .regex(/^[\w-]{1,100}$/)
    .optional(),
  entityTypeId: id,
  itemId: id,
  outcome: z.enum(['moved', 'would-move', 'skipped', 'failed']).optional(),
  reason: z.enum(reasons).optional(),
  userId: id,
  from: timeInQuery.optional(),
  to: timeInQuery.optional(),
  ...pageInQuery,
})

export type JournalQuery = z.output<typeof querySchema>

/** `GET /api/journal`: why items moved or did not, newest first. Employees read it item by item. */
export function getJournal(services: Services): SessionHandler {
  const twoAtATime = fewAtATime(2)
  return async (session, request, response) => {
    const query = readQuery(querySchema, request)
    if (!isAtLeast(session.role, 'manager')) await mustReadItem(services, session, query)
    const { memberId } = session.portal
    response.json(await twoAtATime(memberId, () => pageOf(services, memberId, query)))
  }
}

/** Of a single item the whole journal is shown; else the last 90 days, unless the query names a time. */
async function pageOf(services: Services, memberId: string, query: JournalQuery) {
  if (query.reason === 'filter') return filteredPage(services, memberId, query)
  const { limit, cursor, ...filter } = query
  const isOfItem = filter.entityTypeId !== undefined && filter.itemId !== undefined
  const from = filter.from ?? (isOfItem ? undefined : new Date(services.clock().getTime() - USUAL_MS).toISOString())
  const { rows, next } = await journalPage(
    services.db,
    memberId,
    { ...filter, from, before: decodeCursor(z.int(), cursor) },
    limit,
  )
  return { entries: rows.map(entryOfDecision), next: next === null ? null : encodeCursor(next) }
}

/** The portal says whether this person may read the item: it is asked with the person's own access. */
async function mustReadItem(services: Services, session: Session, query: JournalQuery): Promise<void> {
  const { entityTypeId, itemId } = query
  if (entityTypeId === undefined || itemId === undefined) throw new ApiError('forbidden')
  await readItem(services, session, { entityTypeId, id: itemId })
}
