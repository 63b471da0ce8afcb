import type { Db } from '../store/database.ts'
import { countSealed, emptyDoneJobs, requireKeys, resealAccess, resealJobs } from '../store/key-rotation.ts'
import { createSealer, type SealKey } from '../store/sealing.ts'

/** Rows between two lines of progress. */
const step = 100

/** Ends it where another process keeps sealing with an older key: a million rows. */
const maxTurns = 10_000

/**
 * Seals everything that older keys have sealed with the newest of `keys`, so that the older ones can be taken away; LINK_KEY has no
 * part in it. May run beside serving processes that know the new key, and again at any time. Tells its progress in rows. Returns
 * what is still sealed with older keys: then another process uses them as its newest. Throws when a key is missing.
 */
export async function rotateKeys(
  db: Db,
  keys: readonly SealKey[],
  progress: (done: number, all: number) => void,
): Promise<Map<string, number>> {
  await requireKeys(db, keys)
  const sealer = createSealer(keys)
  const older = async () => new Map([...(await countSealed(db))].filter(([keyId]) => keyId !== sealer.newest))
  const all = [...(await older()).values()].reduce((sum, count) => sum + count, 0)
  let done = 0
  progress(done, all)
  for (const reseal of [resealAccess, resealJobs]) {
    for (let turn = 0; turn <= maxTurns; turn++) {
      const count = await reseal(db, sealer, step)
      if (count === 0) break
      done = Math.min(done + count, all)
      progress(done, all)
    }
  }
  await emptyDoneJobs(db)
  return older()
}
