import { linkId, tokenIn } from '../links.ts'
import type { Db } from '../store/database.ts'
import { countLinkTo } from '../store/link-hosts.ts'
import { upsertMadeLink } from '../store/made-links.ts'

/** A tracked link to `target` is given out now: how soon it is clicked may tell a machine, and who stops links sees where they lead. */
export async function recordMadeLink(
  { db, clock }: { db: Db; clock: () => Date },
  portal: string,
  { address, target }: { address: string; target: string },
): Promise<void> {
  const token = tokenIn(address)
  if (token !== null) await upsertMadeLink(db, portal, linkId(token), clock())
  await countLinkTo(db, portal, new URL(target).host, clock())
}
