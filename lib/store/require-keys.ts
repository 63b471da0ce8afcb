import { countSealed } from './count-sealed.ts'
import type { Db } from './database.ts'

/** Throws, and says what to do, when something in the store is sealed with a key that is not configured. */
export async function requireKeys(db: Db, keys: readonly Readonly<{ id: string }>[]): Promise<void> {
  const configured = new Set(keys.map(({ id }) => id))
  const missing = [...(await countSealed(db))].filter(([keyId]) => !configured.has(keyId))
  if (missing.length === 0) return
  const named = missing.map(([keyId, count]) => `${keyId} (${count} ${count === 1 ? 'row' : 'rows'})`).join(', ')
  throw new Error(
    `ENCRYPTION_KEYS lacks keys that tokens in the database are sealed with: ${named}. ` +
      'Put them back, last in the list, start, and run "npm run rotate-keys" before you take them away.',
  )
}
