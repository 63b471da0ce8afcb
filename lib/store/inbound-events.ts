import { z } from 'zod'
import { addClaims, isClaim } from './claims.ts'
import { type Db, transact } from './database.ts'
import { enqueue, type NewJob } from './jobs.ts'
import { findKnownPortals } from './portals.ts'

/**
 * Adds what portals told, which may be erased at this moment: what is erased stays so. Of events about the same subject the newest is
 * due, in the place of the first: whoever works on that one may have looked before this one came, and finds its row gone.
 */
export function enqueueInbound(db: Db, heard: NewJob[], now: Date): Promise<void> {
  return transact(db, async (tx) => {
    const known = await findKnownPortals(
      tx,
      heard.map(({ portal }) => portal),
    )
    // Always in the same order, so that two processes never wait for each other.
    const work = heard.filter(({ portal }) => known.has(portal)).sort((a, b) => a.portal.localeCompare(b.portal))
    const notices = Map.groupBy(
      work.filter(({ type }) => type === 'notice'),
      ({ portal }) => portal,
    )
    for (const [portal, ofPortal] of notices) await addNotices(tx, portal, ofPortal, now)
    const others = work.filter(({ type }) => type !== 'notice')
    await addClaims(tx, others.filter(isClaim), now)
    await enqueue(
      tx,
      others.filter((one) => !isClaim(one)),
      now,
    )
  })
}

async function addNotices(tx: Db, portal: string, notices: NewJob[], now: Date): Promise<void> {
  const bySubject = Map.groupBy(notices, ({ dedupKey }) => dedupKey)
  const replaced = await tx
    .deleteFrom('work')
    .where('portal', '=', portal)
    .where('kind', '=', 'notice')
    .where('subject', 'in', [...bySubject.keys()])
    .where('state', '=', 'due')
    .returning(['subject', 'body', 'created_at', 'due_at'])
    .execute()
  const places = new Map(replaced.map((place) => [place.subject, place]))
  const rows = [...bySubject].flatMap(([subject, told]) => inPlaceOf(places.get(subject), told) ?? [])
  await enqueue(tx, rows, now)
}

/** Whatever an event of the portal's is about, this is when it happened, Unix seconds. */
const momentsSchema = z.object({
  ts: z.number().nullish().catch(null),
  earlier: z.array(z.number()).catch([]),
})

/** More moments of one subject are not kept: the first ones tell. */
const MOST_MOMENTS = 20

type Place = { body: string; created_at: string; due_at: string }

/** The newest of these events, with the moments of those before it, and of the one that was due. */
function inPlaceOf(first: Place | undefined, notices: readonly NewJob[]): NewJob | null {
  const newest = notices.at(-1)
  if (newest === undefined) return null
  const before = [...(first ? [JSON.parse(first.body)] : []), ...notices.slice(0, -1).map(({ body }) => body)]
  const earlier = before.flatMap((body) => momentsOf(body)).slice(0, MOST_MOMENTS)
  const body = earlier.length > 0 ? { ...Object(newest.body), earlier } : newest.body
  if (first === undefined) return { ...newest, body }
  const dueAt = new Date(Math.min(Date.parse(first.due_at), newest.dueAt.getTime()))
  return { ...newest, body, dueAt, heardAt: new Date(first.created_at) }
}

function momentsOf(body: unknown): number[] {
  const { ts, earlier } = momentsSchema.parse(body)
  return [...earlier, ...(ts ? [ts] : [])]
}
