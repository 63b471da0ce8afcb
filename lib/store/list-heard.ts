import { z } from 'zod'
import type { Db } from './database.ts'

/** A statement takes a limited number of values. */
const AT_ONCE = 500

const bodySchema = z.object({
  ts: z.number().int().positive().nullish().catch(null),
  swept: z.string().nullish().catch(null),
})

/**
 * Up to which moment of the portal's clock (ISO 8601 UTC) we heard of each subject by a notice: what changed later was not heard of.
 * Notices are kept for three days. The portal's own `ts` counts, but no later than the notice came: it may be forged.
 */
export async function listHeard(db: Db, portal: string, subjects: readonly string[]): Promise<Map<string, string>> {
  const heard = new Map<string, string>()
  for (let start = 0; start < subjects.length; start += AT_ONCE) {
    const rows = await db
      .selectFrom('work')
      .select(['subject', 'body', 'created_at'])
      .where('portal', '=', portal)
      .where('kind', '=', 'notice')
      .where('subject', 'in', subjects.slice(start, start + AT_ONCE))
      .execute()
    for (const { subject, body, created_at } of rows) {
      const at = heardUntil(body, created_at)
      if (at > (heard.get(subject) ?? '')) heard.set(subject, at)
    }
  }
  return heard
}

function heardUntil(body: string, cameAt: string): string {
  const { ts, swept } = bodySchema.parse(JSON.parse(body))
  if (swept) return swept
  const saidAt = ts ? new Date(ts * 1000).toISOString() : cameAt
  return saidAt < cameAt ? saidAt : cameAt
}
