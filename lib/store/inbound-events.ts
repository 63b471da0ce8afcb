import { sql } from 'kysely'
import { z } from 'zod'
import { compiledOnce } from './compiled-once.ts'
import { type Db, transact } from './database.ts'
import { enqueue, type NewJob } from './jobs.ts'
import { findKnownPortals } from './portals.ts'
import { enqueueUnverified, isUnverified } from './unverified-jobs.ts'

/**
 * Adds what portals told, which may be erased at this moment: what is erased stays so. Of events about the same subject the newest is
 * due, in the place of the first: whoever works on that one may have looked before this one came, and finds its row gone. New notices of one
 * portal are one statement, which needs no transaction around it.
 */
export async function enqueueInbound(db: Db, inbound: NewJob[], now: Date): Promise<void> {
  const [first] = inbound
  const isOneInsert = inbound.every(({ type, portal }) => type === 'notice' && portal === first?.portal)
  const left = first && isOneInsert ? await addNewEvents(db, first.portal, inbound, now) : inbound
  if (left.length > 0) await transact(db, (tx) => addAll(tx, left, now))
}

async function addAll(tx: Db, inbound: readonly NewJob[], now: Date): Promise<void> {
  // Always in the same order, so that two processes never wait for each other.
  const jobs = inbound.toSorted((a, b) => a.portal.localeCompare(b.portal))
  const left: NewJob[] = jobs.filter(({ type }) => type !== 'notice')
  for (const [portal, ofPortal] of eventsByPortal(jobs)) left.push(...(await addNewEvents(tx, portal, ofPortal, now)))
  const known = await findKnownPortals(
    tx,
    left.map(({ portal }) => portal),
  )
  const kept = left.filter(({ portal }) => known.has(portal))
  for (const [portal, again] of eventsByPortal(kept)) await replaceEvents(tx, portal, again, now)
  const others = kept.filter(({ type }) => type !== 'notice')
  await enqueueUnverified(tx, others.filter(isUnverified), now)
  await enqueue(
    tx,
    others.filter((one) => !isUnverified(one)),
    now,
  )
}

function eventsByPortal(jobs: readonly NewJob[]): Map<string, NewJob[]> {
  return Map.groupBy(
    jobs.filter(({ type }) => type === 'notice'),
    ({ portal }) => portal,
  )
}

/** Adds the notices whose subject is not due, if the portal is there, and gives back the others. */
async function addNewEvents(db: Db, portal: string, events: readonly NewJob[], now: Date): Promise<NewJob[]> {
  const received = newestOfEach(events).map(({ dedupKey, body = {}, dueAt }) => {
    return { subject: dedupKey, body: JSON.stringify(body), dueAt: dueAt.toISOString() }
  })
  const { rows } = await insertNew(db, { portal, received, at: now.toISOString() })
  const added = new Set(rows.map(({ subject }) => subject))
  return events.filter(({ dedupKey }) => !added.has(dedupKey))
}

type ReceivedEvents = {
  portal: string
  received: readonly { subject: string; body: string; dueAt: string }[]
  at: string
}

const insertNew = compiledOnce((db, { portal, received, at }: ReceivedEvents) => {
  const rows = received.map(({ subject, body, dueAt }) => sql`(${subject}, ${body}, ${dueAt})`)
  const insert = sql<{ subject: string }>`
    with received (subject, body, due_at) as (values ${sql.join(rows)})
    insert into work (portal, kind, subject, body, due_at, attempts, state, created_at, updated_at)
    select home.member_id, 'notice', received.subject, received.body, received.due_at, 0, 'due', ${at}, ${at}
    from received cross join portal as home
    where home.member_id = ${portal} and not exists (
      select 1 from work as same
      where same.portal = ${portal} and same.kind = 'notice' and same.subject = received.subject and same.state = 'due'
    )
    returning subject`
  return { compile: () => insert.compile(db) }
})

async function replaceEvents(tx: Db, portal: string, events: readonly NewJob[], now: Date): Promise<void> {
  const replaced = await tx
    .deleteFrom('work')
    .where('portal', '=', portal)
    .where('kind', '=', 'notice')
    .where('subject', 'in', [...new Set(events.map(({ dedupKey }) => dedupKey))])
    .where('state', '=', 'due')
    .returning(['subject', 'body', 'created_at', 'due_at'])
    .execute()
  await enqueue(tx, newestOfEach(events, new Map(replaced.map((place) => [place.subject, place]))), now)
}

/** The newest notice of each subject, which knows of those before it. */
function newestOfEach(events: readonly NewJob[], places: ReadonlyMap<string, Place> = new Map()): NewJob[] {
  const bySubject = Map.groupBy(events, ({ dedupKey }) => dedupKey)
  return [...bySubject].flatMap(([subject, ofSubject]) => inPlaceOf(places.get(subject), ofSubject) ?? [])
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
