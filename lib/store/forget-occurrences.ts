import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from './database.ts'

/** What an occurrence holds whose key is all that stays of it, as a hash. */
const NOTHING = 'null'

const PREFIX = 'sha256:'

/**
 * Empties up to `most` occurrences that we heard of before then and that stand in the journal no more. Their keys stay as hashes, so that
 * nothing is ever counted twice: a key may hold a customer's address or the number of his messenger. Returns how many.
 */
export async function forgetOccurrences(db: Db, portal: string, before: Date, most: number): Promise<number> {
  const { rows } = await sql<{ key: string }>`
    select key from occurrence
    where portal = ${portal} and heard_at < ${before.toISOString()} and facts <> 'null'
      and not exists (select 1 from decision where decision.portal = occurrence.portal and occurrence_key = key)
      and not exists (select 1 from intent where intent.portal = occurrence.portal and occurrence_key = key)
    limit ${most}`.execute(db)
  if (rows.length === 0) return 0
  const hashes = sql.join(rows.map(({ key }) => sql`(${key}, ${hashedKey(portal, key)})`))
  const origin = JSON.stringify({ activityId: null, refs: [] })
  await sql`
    update occurrence
    set key = hashed.column2, facts = ${NOTHING}, origin = ${origin}, filtered = '[]', yields_to = null
    from (values ${hashes}) as hashed
    where portal = ${portal} and key = hashed.column1`.execute(db)
  return rows.length
}

/** A key as it is kept when the journal has forgotten what happened. One that is hashed already stays as it is. */
export function hashedKey(portal: string, key: string): string {
  if (key.startsWith(PREFIX)) return key
  return `${PREFIX}${createHash('sha256').update(`${portal} ${key}`).digest('base64url')}`
}
