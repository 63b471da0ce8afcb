import { addClaims, isClaim } from './add-claims.ts'
import { addWork, type NewWork } from './add-work.ts'
import type { Db } from './database.ts'
import { findKnownPortals } from './find-known-portals.ts'
import { transact } from './transact.ts'

/**
 * Adds what portals told, which may be erased at this moment: what is erased stays so. Of notices about the same subject the newest is
 * due, in the place of the first: whoever works on that one may have looked before this one came, and finds its row gone.
 */
export function addHeardWork(db: Db, heard: NewWork[], now: Date): Promise<void> {
  return transact(db, async (tx) => {
    const known = await findKnownPortals(
      tx,
      heard.map(({ portal }) => portal),
    )
    // Always in the same order, so that two processes never wait for each other.
    const work = heard.filter(({ portal }) => known.has(portal)).sort((a, b) => a.portal.localeCompare(b.portal))
    const notices = Map.groupBy(
      work.filter(({ kind }) => kind === 'notice'),
      ({ portal }) => portal,
    )
    for (const [portal, ofPortal] of notices) await addNotices(tx, portal, ofPortal, now)
    const others = work.filter(({ kind }) => kind !== 'notice')
    await addClaims(tx, others.filter(isClaim), now)
    await addWork(
      tx,
      others.filter((one) => !isClaim(one)),
      now,
    )
  })
}

async function addNotices(tx: Db, portal: string, notices: NewWork[], now: Date): Promise<void> {
  const newest = new Map(notices.map((notice) => [notice.subject, notice]))
  const replaced = await tx
    .deleteFrom('work')
    .where('portal', '=', portal)
    .where('kind', '=', 'notice')
    .where('subject', 'in', [...newest.keys()])
    .where('state', '=', 'due')
    .returning(['subject', 'created_at', 'due_at'])
    .execute()
  const places = new Map(replaced.map(({ subject, created_at, due_at }) => [subject, { created_at, due_at }]))
  const rows = [...newest.values()].map((notice) => inPlaceOf(places.get(notice.subject), notice))
  await addWork(tx, rows, now)
}

function inPlaceOf(first: { created_at: string; due_at: string } | undefined, notice: NewWork): NewWork {
  if (first === undefined) return notice
  const dueAt = new Date(Math.min(Date.parse(first.due_at), notice.dueAt.getTime()))
  return { ...notice, dueAt, heardAt: new Date(first.created_at) }
}
