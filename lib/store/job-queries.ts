import { z } from 'zod'
import type { JobState } from '../domain/states.ts'
import { besideIds } from './beside-ids.ts'
import { compiledOnce } from './compiled-once.ts'
import type { Db } from './database.ts'
import { type JobRow, jobColumns, type NewJob } from './jobs.ts'
import { endOfHeldLease } from './leases.ts'
import { partsOf } from './parts-of.ts'

/** How the newest work of that kind and subject stands, and why. */
export async function findJob(
  db: Db,
  portal: string,
  kind: string,
  subject: string,
): Promise<{ state: JobState; reason: string | null }> {
  return db
    .selectFrom('work')
    .select(['state', 'reason'])
    .where('portal', '=', portal)
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
}

/** What a job's row says now; null: it is gone. */
export async function findJobBody(db: Db, { portal, id }: Pick<JobRow, 'portal' | 'id'>): Promise<string | null> {
  const job = db.selectFrom('work').select('body').where('portal', '=', portal).where('id', '=', id)
  return (await job.executeTakeFirst())?.body ?? null
}

/** Portals with work that is due and whose lease nobody holds, the one that has waited longest first. */
export async function findDuePortals(db: Db, now: Date, limit: number): Promise<string[]> {
  const { rows } = await duePortals(db, { now: now.toISOString(), ...endOfHeldLease(now), limit })
  return rows.map((row) => row.portal)
}

const duePortals = compiledOnce(
  (db, { now, from, to, limit }: { now: string; from: string; to: string; limit: number }) =>
    db
      .selectFrom('work')
      .innerJoin('portal as home', 'home.member_id', 'work.portal')
      .select((eb) => ['work.portal', eb.fn.min('due_at').as('since')])
      .where('state', '=', 'due')
      .where('due_at', '<=', now)
      .where((eb) =>
        eb.or([
          eb('home.lease_until', 'is', null),
          eb('home.lease_until', '<=', from),
          eb('home.lease_until', '>', to),
        ]),
      )
      .groupBy('work.portal')
      .orderBy('since')
      .limit(limit),
)

/** Events that wait, by what they are about. */
export function findDueEvents(db: Db, portal: string, subjects: readonly string[]): Promise<JobRow[]> {
  if (subjects.length === 0) return Promise.resolve([])
  return db
    .selectFrom('work')
    .select(jobColumns)
    .where('portal', '=', portal)
    .where('state', '=', 'due')
    .where('kind', '=', 'notice')
    .where('subject', 'in', [...subjects])
    .execute()
}

/** Those of these events whose rows are gone without a newer one in their place: who they were about was erased. */
export async function findErasedEvents(db: Db, portal: string, events: readonly JobRow[]): Promise<Set<number>> {
  const ids = events.map(({ id }) => id)
  const rows = await db
    .selectFrom('work')
    .select('id')
    .where(besideIds(db, 'portal'), '=', portal)
    .where('id', 'in', ids)
    .execute()
  const kept = new Set(rows.map(({ id }) => id))
  const gone = events.filter(({ id }) => !kept.has(id))
  const newer = await findDueEvents(
    db,
    portal,
    gone.map(({ dedupKey }) => dedupKey),
  )
  const subjects = new Set(newer.map(({ dedupKey }) => dedupKey))
  return new Set(gone.flatMap(({ id, dedupKey }) => (subjects.has(dedupKey) ? [] : [id])))
}

/** How many jobs of a type are due for a portal, counted up to `most`. */
export async function countDueJobs(
  db: Db,
  { portal, type }: Pick<NewJob, 'portal' | 'type'>,
  most: number,
): Promise<number> {
  const due = db
    .selectFrom('work')
    .select('id')
    .where('portal', '=', portal)
    .where('state', '=', 'due')
    .where('kind', '=', type)
    .limit(most)
    .as('due')
  const { count } = await db
    .selectFrom(due)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** How much work waits over all portals, by kind: due and parked; `since`: the oldest moment it is due, ISO 8601 UTC. */
export async function countJobs(db: Db): Promise<{ kind: string; state: JobState; count: number; since: string }[]> {
  const rows = await db
    .selectFrom('work')
    .select((eb) => ['kind', 'state', eb.fn.countAll<number>().as('count'), eb.fn.min('due_at').as('since')])
    .where('state', 'in', ['due', 'parked'])
    .groupBy(['kind', 'state'])
    .execute()
  return rows.map(({ kind, state, count, since }) => ({ kind, state, count: Number(count), since }))
}

/** How much work of a kind waits for a portal: due (`since`: the oldest moment it is due, ISO 8601 UTC) or parked. */
export type JobCount = { kind: string; state: 'due' | 'parked'; count: number; since: string }

export async function countJobsOfPortal(db: Db, portal: string): Promise<JobCount[]> {
  const rows = await db
    .selectFrom('work')
    .select((eb) => ['kind', 'state', eb.fn.countAll<number>().as('count'), eb.fn.min('due_at').as('since')])
    .where('portal', '=', portal)
    .where('state', 'in', ['due', 'parked'])
    .groupBy(['kind', 'state'])
    .orderBy('kind')
    .execute()
  return rows.map(({ kind, state, count, since }) => {
    return { kind, state: state === 'parked' ? 'parked' : 'due', count: Number(count), since }
  })
}

/** For which of these reasons a portal's work waits, and since when (ISO 8601 UTC); null: for none of them. */
export async function findWaitingSince(
  db: Db,
  portal: string,
  reasons: readonly string[],
): Promise<{ reason: string; since: string } | null> {
  const row = await db
    .selectFrom('work')
    .select(['reason', 'created_at'])
    .where('portal', '=', portal)
    .where('state', '=', 'due')
    .where('reason', 'in', reasons)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()
  return row?.reason ? { reason: row.reason, since: row.created_at } : null
}

/** A statement takes a limited number of values. */
const AT_ONCE = 500

const bodySchema = z.object({
  ts: z.number().int().positive().nullish().catch(null),
  swept: z.string().nullish().catch(null),
})

/**
 * Up to which moment of the portal's clock (ISO 8601 UTC) we heard of each subject by an event: what changed later was not heard of.
 * Events are kept for three days. The portal's own `ts` counts, but no later than the event came: it may be forged.
 */
export async function listLastSeenByKey(
  db: Db,
  portal: string,
  subjects: readonly string[],
): Promise<Map<string, string>> {
  const lastSeen = new Map<string, string>()
  for (const some of partsOf(subjects, AT_ONCE)) {
    const rows = await db
      .selectFrom('work')
      .select(['subject', 'body', 'created_at'])
      .where('portal', '=', portal)
      .where('kind', '=', 'notice')
      .where('subject', 'in', some)
      .execute()
    for (const { subject, body, created_at } of rows) {
      const at = seenUntil(body, created_at)
      if (at > (lastSeen.get(subject) ?? '')) lastSeen.set(subject, at)
    }
  }
  return lastSeen
}

function seenUntil(body: string, cameAt: string): string {
  const { ts, swept } = bodySchema.parse(JSON.parse(body))
  if (swept) return swept
  const saidAt = ts ? new Date(ts * 1000).toISOString() : cameAt
  return saidAt < cameAt ? saidAt : cameAt
}

/** Clicks on links of one item (`2:31`) that are held: their jobs' rows, whose subjects begin with the item. */
export function listHeldClicks(
  db: Db,
  portal: string,
  kind: string,
  item: string,
): Promise<{ id: number; body: string }[]> {
  return db
    .selectFrom('work')
    .select(['id', 'body'])
    .where('portal', '=', portal)
    .where('kind', '=', kind)
    .where('state', '=', 'due')
    .where('subject', 'like', `${item}#%`)
    .orderBy('id')
    .execute()
}

/** Work that waits for a person, newest first; `before` is the last id of the page before. */
export async function listDeadLetters(
  db: Db,
  portal: string,
  before: number | undefined,
  limit: number,
): Promise<JobRow[]> {
  const all = db.selectFrom('work').select(jobColumns).where('portal', '=', portal).where('state', '=', 'parked')
  const query = before === undefined ? all : all.where('id', '<', before)
  return query.orderBy('id', 'desc').limit(limit).execute()
}
