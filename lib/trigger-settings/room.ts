import type { Db } from '../store/database.ts'
import { countTriggers } from '../store/triggers.ts'

/** Triggers of one portal; all of them are looked at with every event of it. */
export const MOST_TRIGGERS = 500

/** Has the portal room for so many more triggers? */
export async function hasRoom(db: Db, portal: string, more: number): Promise<boolean> {
  return (await countTriggers(db, portal)) + more <= MOST_TRIGGERS
}
