import type { Db } from './database.ts'
import type { Sealer } from './seal.ts'
import { openBody, sealBody, sealedBodyStart } from './sealed-body.ts'

/**
 * Seals the bodies of work that waits with the newest key, so many of them; returns how many there were. Throws when a key is
 * missing.
 */
export async function resealWork(db: Db, sealer: Sealer, limit: number): Promise<number> {
  const rows = await db
    .selectFrom('work')
    .select(['id', 'portal', 'body'])
    .where('state', 'in', ['due', 'parked'])
    .where('body', 'like', `${sealedBodyStart}%`)
    .where('body', 'not like', `${sealedBodyStart}${JSON.stringify(sealer.newest)},%`)
    .orderBy('id')
    .limit(limit)
    .execute()
  for (const { id, portal, body } of rows) {
    const resealed = JSON.stringify(sealBody(sealer, portal, openBody(sealer, portal, body)))
    await db.updateTable('work').set({ body: resealed }).where('id', '=', id).where('body', '=', body).execute()
  }
  return rows.length
}
