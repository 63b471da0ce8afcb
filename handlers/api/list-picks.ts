import { z } from 'zod'
import type { Stagecue } from '../../lib/wire.ts'
import { makeCursor, readCursor } from '../http/cursor.ts'
import { pageInQuery, readQuery } from '../http/read-input.ts'
import type { SessionHandler } from '../http/session.ts'

const querySchema = z.object({ ...pageInQuery, search: z.string().max(200).optional() })

/**
 * `GET /api/users`, `/api/lines`, `/api/forms`, `/api/channels`: what a field may be chosen from. Where the portal lacks the
 * scope, the list is empty and `missing` says what for.
 */
export function listPicks(
  stagecue: Stagecue,
  list: 'readUsers' | 'readLines' | 'readForms' | 'readChannels',
): SessionHandler {
  return async ({ portal }, request, response) => {
    const { limit, cursor, search } = readQuery(querySchema, request)
    const start = readCursor(z.int().min(0), cursor) ?? 0
    const answer = await stagecue.directory[list](portal.memberId)
    if (!answer.ok) return response.json({ entries: [], next: null, missing: answer.missing })
    const wanted = search?.trim().toLowerCase() ?? ''
    const found = answer.value.filter(({ id, title }) => `${title} ${id}`.toLowerCase().includes(wanted))
    const entries = found.slice(start, start + limit).map(({ id, title }) => ({ id, title }))
    return response.json({ entries, next: start + limit < found.length ? makeCursor(start + limit) : null })
  }
}
