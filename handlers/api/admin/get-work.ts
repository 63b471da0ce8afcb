import { z } from 'zod'
import type { Stagecue } from '../../../lib/services.ts'
import { listParkedWork } from '../../../lib/store/job-queries.ts'
import { makeCursor, readCursor } from '../../http/cursor.ts'
import { pageInQuery, readQuery } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'

const querySchema = z.object({ ...pageInQuery, state: z.enum(['parked']) })

/** `GET /api/work?state=parked`: what waits for a person, newest first. Bodies stay in the store. */
export function getWork(stagecue: Stagecue): SessionHandler {
  return async ({ portal }, request, response) => {
    const { limit, cursor } = readQuery(querySchema, request)
    const rows = await listParkedWork(stagecue.db, portal.memberId, readCursor(z.int(), cursor), limit + 1)
    const page = rows.slice(0, limit)
    response.json({
      entries: page.map(({ id, kind, subject, state, reason, attempts, created_at, updated_at }) => {
        return { id: String(id), kind, subject, state, reason, attempts, createdAt: created_at, updatedAt: updated_at }
      }),
      next: rows.length > limit ? makeCursor(page.at(-1)?.id) : null,
    })
  }
}
