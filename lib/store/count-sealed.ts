import type { Db } from './database.ts'
import { sealedBodyKey, sealedBodyStart } from './sealed-body.ts'

/** How many rows each encryption key has sealed, by key id: live access, and work that is not done. */
export async function countSealed(db: Db): Promise<Map<string, number>> {
  const access = await db
    .selectFrom('access')
    .select((eb) => ['key_id', eb.fn.countAll<number>().as('count')])
    .where('state', '=', 'live')
    .groupBy('key_id')
    .execute()
  const work = await db
    .selectFrom('work')
    .select('body')
    .where('state', 'in', ['due', 'parked'])
    .where('body', 'like', `${sealedBodyStart}%`)
    .execute()
  const counts = new Map(access.map(({ key_id, count }) => [key_id, Number(count)]))
  for (const { body } of work) {
    const keyId = sealedBodyKey(body)
    if (keyId !== null) counts.set(keyId, (counts.get(keyId) ?? 0) + 1)
  }
  return counts
}
