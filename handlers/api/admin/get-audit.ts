import { z } from 'zod'
import type { Services } from '../../../lib/services.ts'
import { listAudit } from '../../../lib/store/audit.ts'
import { decodeCursor, encodeCursor } from '../../http/cursor.ts'
import { pageInQuery, readQuery } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'

/** `GET /api/audit`: who changed what, newest first. */
export function getAudit(services: Services): SessionHandler {
  return async ({ portal }, request, response) => {
    const { limit, cursor } = readQuery(z.object(pageInQuery), request)
    const rows = await listAudit(services.db, portal.memberId, decodeCursor(z.int(), cursor), limit + 1)
    const page = rows.slice(0, limit)
    response.json({
      entries: page.map(({ id, at, user_id, action, detail }) => {
        return { id: String(id), at, userId: user_id, action, detail: JSON.parse(detail) }
      }),
      next: rows.length > limit ? encodeCursor(page.at(-1)?.id) : null,
    })
  }
}
