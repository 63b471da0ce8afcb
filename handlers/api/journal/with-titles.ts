import type { Entry } from '../../../lib/api/journal-entry.ts'
import { refKey } from '../../../lib/domain/entity-types.ts'
import type { Services } from '../../../lib/services.ts'
import type { Session } from '../../http/session.ts'

/** Entries with the titles of their items as far as the portal shows them to this person now: the journal itself keeps none. */
export async function withTitles(
  { itemTitles }: Pick<Services, 'itemTitles'>,
  { portal, user }: Session,
  entries: Entry[],
): Promise<Entry[]> {
  const items = entries.flatMap(({ item }) => item ?? [])
  if (items.length === 0) return entries
  const titles = await itemTitles.of(portal.memberId, user.userId, items)
  return entries.map((entry) => {
    const title = entry.item && titles.get(refKey(entry.item))
    return entry.item && title ? { ...entry, item: { ...entry.item, title } } : entry
  })
}
