import { accessFromRow, openTokens, sealedColumns } from './access.ts'
import type { Db } from './database.ts'
import {
  createSealer,
  openBody,
  type Sealer,
  type SealKey,
  sealBody,
  sealedBodyKey,
  sealedBodyStart,
} from './sealing.ts'

/** How many rows each encryption key has sealed, by key id: live access, and work that is not done. */
export async function countSealed(db: Db): Promise<Map<string, number>> {
  const access = await db
    .selectFrom('access')
    .select((eb) => ['key_id', eb.fn.countAll<number>().as('count')])
    .where('state', '=', 'live')
    .groupBy('key_id')
    .execute()
  const jobs = await db
    .selectFrom('work')
    .select('body')
    .where('state', 'in', ['due', 'parked'])
    .where('body', 'like', `${sealedBodyStart}%`)
    .execute()
  const counts = new Map(access.map(({ key_id, count }) => [key_id, Number(count)]))
  for (const { body } of jobs) {
    const keyId = sealedBodyKey(body)
    if (keyId !== null) counts.set(keyId, (counts.get(keyId) ?? 0) + 1)
  }
  return counts
}

/** Throws, and says what to do, when something in the store is sealed with a key that is not configured, or configured with another secret. */
export async function requireKeys(db: Db, keys: readonly SealKey[]): Promise<void> {
  const configured = new Set(keys.map(({ id }) => id))
  const sealed = await countSealed(db)
  const missing = [...sealed].filter(([keyId]) => !configured.has(keyId))
  if (missing.length === 0) return requireFit(db, createSealer(keys), [...sealed.keys()])
  const named = missing.map(([keyId, count]) => `${keyId} (${count} ${count === 1 ? 'row' : 'rows'})`).join(', ')
  throw new Error(
    `ENCRYPTION_KEYS lacks keys that tokens in the database are sealed with: ${named}. ` +
      'Put them back, last in the list, start, and run "npm run rotate-keys" before you take them away.',
  )
}

/** Rows of a key that are tried: one that was damaged says nothing of the key. */
const TRIED = 3

/** A name says nothing of the key behind it: of what each has sealed something must open. */
async function requireFit(db: Db, sealer: Sealer, keyIds: readonly string[]): Promise<void> {
  for (const keyId of keyIds) {
    if (await opensSomething(db, sealer, keyId)) continue
    throw new Error(
      `ENCRYPTION_KEYS has another secret for ${keyId} than the one that tokens in the database are sealed with. ` +
        `Give ${keyId} the secret that it had, and the new one an id of its own in front of it.`,
    )
  }
}

async function opensSomething(db: Db, sealer: Sealer, keyId: string): Promise<boolean> {
  const rows = await db
    .selectFrom('access')
    .selectAll()
    .where('key_id', '=', keyId)
    .where('state', '=', 'live')
    .limit(TRIED)
    .execute()
  const jobs = await db
    .selectFrom('work')
    .select(['portal', 'body'])
    .where('state', 'in', ['due', 'parked'])
    .where('body', 'like', `${sealedBodyStart}${JSON.stringify(keyId)},%`)
    .limit(TRIED)
    .execute()
  return (
    rows.some((row) => opens(() => openTokens(sealer, accessFromRow(row)))) ||
    jobs.some(({ portal, body }) => opens(() => openBody(sealer, portal, body)))
  )
}

function opens(open: () => unknown): boolean {
  try {
    open()
    return true
  } catch {
    return false
  }
}

/** Tokens of work that is done are of no use any more. */
export async function emptyDoneJobs(db: Db): Promise<void> {
  await db
    .updateTable('work')
    .set({ body: '{}' })
    .where('state', '=', 'done')
    .where('body', 'like', `${sealedBodyStart}%`)
    .execute()
}

/**
 * Seals so many access rows with the newest key. Returns how many there were; rows that another process has renewed meanwhile are
 * left to the next call. Throws when a key is missing.
 */
export async function resealAccess(db: Db, sealer: Sealer, limit: number): Promise<number> {
  const rows = await db
    .selectFrom('access')
    .selectAll()
    .where('key_id', '<>', sealer.newest)
    .orderBy('portal')
    .orderBy('user_id')
    .limit(limit)
    .execute()
  for (const row of rows) {
    const { portal, user_id: userId } = row
    // A dead access has no tokens any more.
    const columns =
      row.state === 'dead'
        ? { key_id: sealer.newest }
        : sealedColumns(sealer, portal, userId, openTokens(sealer, accessFromRow(row)))
    await db
      .updateTable('access')
      .set(columns)
      .where('portal', '=', portal)
      .where('user_id', '=', userId)
      .where('access_token', '=', row.access_token)
      .where('key_id', '=', row.key_id)
      .execute()
  }
  return rows.length
}

/**
 * Seals the bodies of work that waits with the newest key, so many of them; returns how many there were. Throws when a key is
 * missing.
 */
export async function resealJobs(db: Db, sealer: Sealer, limit: number): Promise<number> {
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
    const row = db.updateTable('work').where('portal', '=', portal).where('id', '=', id)
    await row.set({ body: resealed }).where('body', '=', body).execute()
  }
  return rows.length
}
