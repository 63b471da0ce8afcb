import { z } from 'zod'
import type { Db } from './database.ts'

const bodySchema = z.object({ ts: z.number().int().positive().nullish().catch(null) })

/**
 * When the portal says that its notices about these subjects happened, the latest of each (ISO 8601 UTC). Notices of ours, which a sweep
 * wrote, tell no time. `ts` may be forged: no time is later than the notice came.
 */
export async function findEventTimes(
  db: Db,
  portal: string,
  subjects: readonly string[],
): Promise<Map<string, string>> {
  const times = new Map<string, string>()
  if (subjects.length === 0) return times
  const rows = await db
    .selectFrom('work')
    .select(['subject', 'body', 'created_at'])
    .where('portal', '=', portal)
    .where('kind', '=', 'notice')
    .where('subject', 'in', [...subjects])
    .execute()
  for (const { subject, body, created_at } of rows) {
    const { ts } = bodySchema.parse(JSON.parse(body))
    if (!ts) continue
    const said = new Date(ts * 1000).toISOString()
    const at = said < created_at ? said : created_at
    if (at > (times.get(subject) ?? '')) times.set(subject, at)
  }
  return times
}
