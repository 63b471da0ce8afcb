import { z } from 'zod'
import { type Db, transact } from './database.ts'
import { enqueue, type NewJob } from './jobs.ts'
import { findKnownPortals } from './portals.ts'
import { enqueueUnverified, isUnverified } from './unverified-jobs.ts'

/**
 * Adds what portals told, which may be erased at this moment: what is erased stays so. Of events about the same subject the newest is
 * due, in the place of the first: whoever works on that one may have looked before this one came, and finds its row gone.
 */
export function enqueueInbound(db: Db, inbound: NewJob[], now: Date): Promise<void> {
  return transact(db, async (tx) => {
    const known = await findKnownPortals(
      tx,
      inbound.map(({ portal }) => portal),
    )
    // Always in the same order, so that two processes never wait for each other.
    const jobs = inbound.filter(({ portal }) => known.has(portal)).sort((a, b) => a.portal.localeCompare(b.portal))
    const events = Map.groupBy(
      jobs.filter(({ type }) => type === 'notice'),
      ({ portal }) => portal,
    )
    for (const [portal, ofPortal] of events) await addEvents(tx, portal, ofPortal, now)
    const others = jobs.filter(({ type }) => type !== 'notice')
    await enqueueUnverified(tx, others.filter(isUnverified), now)
    await enqueue(
      tx,
      others.filter((one) => !isUnverified(one)),
      now,
    )
  })
}

async function addEvents(tx: Db, portal: string, events: NewJob[], now: Date): Promise<void> {
  const bySubject = Map.groupBy(events, ({ dedupKey }) => dedupKey)
  const replaced = await tx
    .deleteFrom('work')
    .where('portal', '=', portal)
    .where('kind', '=', 'notice')
    .where('subject', 'in', [...bySubject.keys()])
    .where('state', '=', 'due')
    .returning(['subject', 'body', 'created_at', 'due_at'])
    .execute()
  const places = new Map(replaced.map((place) => [place.subject, place]))
  const rows = [...bySubject].flatMap(([subject, events]) => inPlaceOf(places.get(subject), events) ?? [])
  await enqueue(tx, rows, now)
}

/** Whatever an event of the portal's is about, this is when it happened, Unix seconds. */
const timesSchema = z.object({
  ts: z.number().nullish().catch(null),
  earlier: z.array(z.number()).catch([]),
})

/** More moments of one subject are not kept: the first ones tell. */
const MAX_TIMES = 20

type Place = { body: string; created_at: string; due_at: string }

/** The newest of these events, with the moments of those before it, and of the one that was due. */
function inPlaceOf(first: Place | undefined, events: readonly NewJob[]): NewJob | null {
  const newest = events.at(-1)
  if (newest === undefined) return null
  const before = [...(first ? [JSON.parse(first.body)] : []), ...events.slice(0, -1).map(({ body }) => body)]
  const earlier = before.flatMap((body) => timesOf(body)).slice(0, MAX_TIMES)
  const body = earlier.length > 0 ? { ...Object(newest.body), earlier } : newest.body
  if (first === undefined) return { ...newest, body }
  const dueAt = new Date(Math.min(Date.parse(first.due_at), newest.dueAt.getTime()))
  return { ...newest, body, dueAt, heardAt: new Date(first.created_at) }
}

function timesOf(body: unknown): number[] {
  const { ts, earlier } = timesSchema.parse(body)
  return [...earlier, ...(ts ? [ts] : [])]
}
