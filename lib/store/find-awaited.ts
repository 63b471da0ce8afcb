import type { Db } from './database.ts'
import { AWAIT_ACCESS } from './delegation.ts'
import type { Taken } from './find-taken.ts'
import type { Ref } from './occurrence.ts'

/** Items that these occurrences will move as soon as somebody's access is there, or is known not to come. */
export async function findAwaited(db: Db, portal: string, occurrenceKeys: string[]): Promise<Taken[]> {
  if (occurrenceKeys.length === 0) return []
  const rows = await db
    .selectFrom('work')
    .select('body')
    .where('portal', '=', portal)
    .where('kind', '=', AWAIT_ACCESS)
    .where('state', '=', 'due')
    .execute()
  const keys = new Set(occurrenceKeys)
  return rows.flatMap(({ body }) => {
    const { key, only, triggers } = JSON.parse(body) as { key: string; only: Ref; triggers: { id: string }[] }
    return keys.has(key) ? triggers.map(({ id }) => ({ occurrenceKey: key, item: only, triggerId: id })) : []
  })
}
