import { linkId, tokenIn } from '../links.ts'
import type { Db } from '../store/database.ts'
import { keepMadeLink } from '../store/made-links.ts'

/** A tracked link is given out now: how soon it is clicked may tell a machine. */
export async function noteMade(
  { db, clock }: { db: Db; clock: () => Date },
  portal: string,
  address: string,
): Promise<void> {
  const token = tokenIn(address)
  if (token !== null) await keepMadeLink(db, portal, linkId(token), clock())
}
