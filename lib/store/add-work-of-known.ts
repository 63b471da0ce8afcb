import { addWork, type NewWork } from './add-work.ts'
import type { Db } from './database.ts'
import { findKnownPortals } from './find-known-portals.ts'
import { transact } from './transact.ts'

/** Adds work of portals that may be erased at this moment: what is erased stays so. */
export function addWorkOfKnown(db: Db, work: NewWork[], now: Date): Promise<void> {
  return transact(db, async (tx) => {
    const known = await findKnownPortals(
      tx,
      work.map(({ portal }) => portal),
    )
    await addWork(
      tx,
      work.filter(({ portal }) => known.has(portal)),
      now,
    )
  })
}
