import type { Db } from './database.ts'
import { type DecisionRow, listDecisions } from './list-decisions.ts'

/** One entry of the journal by its id. */
export async function findEntry(db: Db, portal: string, id: number): Promise<DecisionRow | null> {
  const [row] = await listDecisions(db, portal, { before: id + 1 }, 1)
  return row?.id === id ? row : null
}
