import { z } from 'zod'
import { listDecisions } from '../../lib/store/list-decisions.ts'
import { reasons } from '../../lib/triggers/reasons.ts'
import type { Stagecue } from '../../lib/wire.ts'
import { ApiError } from '../http/api-error.ts'
import { makeCursor, readCursor } from '../http/cursor.ts'
import { largestId, numberInQuery, pageInQuery, readQuery, timeInQuery } from '../http/read-input.ts'
import { isAtLeast, type Session, type SessionHandler } from '../http/session.ts'
import { entryOfDecision } from './entry-json.ts'
import { filteredPage } from './filtered-page.ts'
import { readItem } from './read-item.ts'

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
export function getJournal(stagecue: Stagecue): SessionHandler {
  return async (session, request, response) => {
    const query = readQuery(querySchema, request)
    if (!isAtLeast(session.role, 'manager')) await mustReadItem(stagecue, session, query)
    const { memberId } = session.portal
    if (query.reason === 'filter') return response.json(await filteredPage(stagecue, memberId, query))
    const { limit, cursor, ...filter } = query
    const before = readCursor(z.int(), cursor)
    const rows = await listDecisions(stagecue.db, memberId, { ...filter, before }, limit + 1)
    const page = rows.slice(0, limit)
    return response.json({
      entries: page.map(entryOfDecision),
      next: rows.length > limit ? makeCursor(page.at(-1)?.id) : null,
    })
  }
}

/** The portal says whether this person may read the item: it is asked with the person's own access. */
async function mustReadItem(stagecue: Stagecue, session: Session, query: JournalQuery): Promise<void> {
  const { entityTypeId, itemId } = query
  if (entityTypeId === undefined || itemId === undefined) throw new ApiError('forbidden')
  await readItem(stagecue, session, { entityTypeId, id: itemId })
}
