import { z } from 'zod'
import type { Services } from '../../../lib/services.ts'
import { listDeadLetters } from '../../../lib/store/job-queries.ts'
import { decodeCursor, encodeCursor } from '../../http/cursor.ts'
import { pageInQuery, readQuery } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'

export const querySchema = z.object({ ...pageInQuery, state: z.enum(['parked']) })

/** `GET /api/work?state=parked`: what waits for a person, newest first. Bodies stay in the store. */
export function getDeadLetters(services: Services): SessionHandler {
  return async ({ portal }, request, response) => {
    const { limit, cursor } = readQuery(querySchema, request)
    const rows = await listDeadLetters(services.db, portal.memberId, decodeCursor(z.int(), cursor), limit + 1)
    const page = rows.slice(0, limit)
    response.json({
      entries: page.map(({ id, type, dedupKey, state, reason, attempts, created_at, updated_at }) => {
        const dates = { createdAt: created_at, updatedAt: updated_at }
        return { id: String(id), kind: type, subject: dedupKey, state, reason, attempts, ...dates }
      }),
      next: rows.length > limit ? encodeCursor(page.at(-1)?.id) : null,
    })
  }
}
