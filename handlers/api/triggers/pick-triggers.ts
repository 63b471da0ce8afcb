import { z } from 'zod'
import type { Picks } from '../../../lib/api/picks.ts'
import { byTitle } from '../../../lib/bitrix24/directory/entry.ts'
import type { Services } from '../../../lib/services.ts'
import { listTriggers } from '../../../lib/store/triggers.ts'
import { decodeCursor, encodeCursor } from '../../http/cursor.ts'
import { pageInQuery, readQuery } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'

export const querySchema = z.object({ ...pageInQuery, search: z.string().max(200).optional() })

/** `GET /api/triggers/picks`: triggers by name, for the picker, without all that a board shows of them. */
export function pickTriggers({ db }: Services): SessionHandler {
  return async ({ portal }, request, response) => {
    const { limit, cursor, search = '' } = readQuery(querySchema, request)
    const start = decodeCursor(z.int().min(0), cursor) ?? 0
    const wanted = search.trim().toLowerCase()
    const triggers = await listTriggers(db, portal.memberId)
    const named = triggers.map(({ id, name }) => ({ id, title: name }))
    const found = byTitle(named.filter(({ title }) => title.toLowerCase().includes(wanted)))
    const next = start + limit < found.length ? encodeCursor(start + limit) : null
    const picks: Picks = { entries: found.slice(start, start + limit), next }
    response.json(picks)
  }
}
