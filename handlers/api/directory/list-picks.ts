import { z } from 'zod'
import type { Choice, Picks } from '../../../lib/api/picks.ts'
import type { DirectoryAnswer } from '../../../lib/bitrix24/directory/answer.ts'
import { byTitle, type Entry } from '../../../lib/bitrix24/directory/entry.ts'
import { isLineOfApp } from '../../../lib/bitrix24/directory/lines.ts'
import type { Services } from '../../../lib/services.ts'
import { type Language, translate } from '../../../lib/texts/translate.ts'
import { decodeCursor, encodeCursor } from '../../http/cursor.ts'
import { pageInQuery, readQuery } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { unreadChannels } from '../admin/unread-channels.ts'
import { offeredForms } from './offered-forms.ts'

export const querySchema = z.object({ ...pageInQuery, search: z.string().max(200).optional() })

/** One of what a list offers; forms without names have a time. */
type Listed = Entry<number | string> & Readonly<{ submittedAt?: string }>

/** Lists that a field may be chosen from. Users are many: the portal searches them itself. */
export type PickList = 'readUsers' | 'readLines' | 'readForms' | 'readChannels'

/**
 * `GET /api/users`, `/api/lines`, `/api/forms`, `/api/channels`. `missing` is the code of what the portal lacks for the list, or
 * for all of it. `history` of a channel is `denied` where its conversations may not be read.
 */
export function listPicks(services: Services, list: PickList): SessionHandler {
  return async ({ portal, language }, request, response) => {
    const { limit, cursor, search = '' } = readQuery(querySchema, request)
    const start = decodeCursor(z.int().min(0), cursor) ?? 0
    const answer = await readPicks(services, list, portal.memberId, search)
    const missing = answer.missing === undefined ? {} : { missing: answer.missing }
    if (!answer.ok) return response.json({ entries: [], next: null, ...missing })
    const found =
      list === 'readUsers'
        ? answer.value
        : named(list, answer.value, language).filter((entry) => isFound(entry, search))
    const unread = list === 'readChannels' ? await unreadChannels(services.db, portal.memberId) : null
    const entries = found.slice(start, start + limit).map((entry): Choice => {
      return { ...entry, ...(unread?.has(String(entry.id)) && { history: 'denied' }) }
    })
    const next = start + limit < found.length ? encodeCursor(start + limit) : null
    const picks: Picks = { entries, next, ...missing }
    return response.json(picks)
  }
}

/** What a list is picked from. */
export function readPicks(
  services: Services,
  list: PickList,
  portal: string,
  search = '',
): Promise<DirectoryAnswer<readonly Listed[]>> {
  if (list === 'readForms') return offeredForms(services, portal)
  if (list === 'readUsers') return services.directory.readUsers(portal, search)
  return services.directory[list](portal)
}

/** What the portal has no name for reads like one all the same. */
export function named(list: PickList, entries: readonly Listed[], language: Language): Listed[] {
  const isNameless = ({ id, title }: Listed) => title === String(id)
  const key = list === 'readForms' ? 'names.form' : 'names.app-line'
  const hasWords = (entry: Listed) => list === 'readForms' || (list === 'readLines' && isLineOfApp(entry.title))
  const all = entries.map((entry) => {
    return isNameless(entry) && hasWords(entry) ? { ...entry, title: translate(language, key) } : entry
  })
  // Forms without names stay in the order of their submissions.
  return list === 'readForms' && entries.some(isNameless) ? all : byTitle(all)
}

/** The page itself finds forms by the time that it writes for them. */
function isFound({ id, title, submittedAt }: Listed, search: string): boolean {
  if (submittedAt !== undefined) return true
  return `${title} ${id}`.toLowerCase().includes(search.trim().toLowerCase())
}
