import type { ExpressionBuilder, Selectable } from 'kysely'
import type { JobType } from '../domain/job-types.ts'
import type { WaitsFor } from '../domain/states.ts'
import { besideIds } from './beside-ids.ts'
import type { CheckPace } from './check-pace.ts'
import { compiledOnce } from './compiled-once.ts'
import { type Db, transact } from './database.ts'
import { findKnownPortals } from './portals.ts'
import type { JobTable, Schema } from './schema.ts'
import { withoutTokens } from './sealing.ts'

/** A job to be done for a portal, no sooner than `dueAt`. */
export type NewJob = {
  portal: string
  type: JobType
  /** What it is about: of one type and key one row is due at a time, except inbound events. */
  dedupKey: string
  body?: unknown
  dueAt: Date
  /** When we first heard of it; absent: now. */
  heardAt?: Date
  /** There where nothing of it is proven yet: `unverified-jobs.ts`. */
  pace?: CheckPace
}

/** Adds jobs. Except for inbound events, what is already due with the same type and key stays as it is: idempotent. */
export async function enqueue(db: Db, jobs: NewJob[], now: Date): Promise<void> {
  if (jobs.length > 0) await insert(db, { rows: jobs.map((job) => jobRow(job, now)) })
}

function jobRow({ portal, type, dedupKey, body = {}, dueAt, heardAt }: NewJob, now: Date) {
  return {
    portal,
    kind: type,
    subject: dedupKey,
    body: JSON.stringify(body),
    due_at: dueAt.toISOString(),
    attempts: 0,
    state: 'due' as const,
    reason: null,
    waits_for: null,
    created_at: (heardAt ?? now).toISOString(),
    updated_at: now.toISOString(),
  }
}

const insert = compiledOnce((db, { rows }: { rows: readonly ReturnType<typeof jobRow>[] }) =>
  db
    .insertInto('work')
    .values(rows)
    .onConflict((c) => c.doNothing()),
)

/** Adds work of portals that may be erased at this moment: what is erased stays so. */
export function enqueueForExisting(db: Db, jobs: NewJob[], now: Date): Promise<void> {
  return transact(db, async (tx) => {
    const known = await findKnownPortals(
      tx,
      jobs.map(({ portal }) => portal),
    )
    await enqueue(
      tx,
      jobs.filter(({ portal }) => known.has(portal)),
      now,
    )
  })
}

/** A job as stored. Types that this version does not know may be among them. */
export type JobRow = Omit<Selectable<JobTable>, 'kind' | 'subject'> & { type: string; dedupKey: string }

/** Names jobs of one portal. */
export type JobRefs = readonly Readonly<Pick<JobRow, 'id' | 'portal'>>[]

/** Columns of a `JobRow`. */
export const jobColumns = [
  'id',
  'portal',
  'kind as type',
  'subject as dedupKey',
  'body',
  'due_at',
  'attempts',
  'state',
  'reason',
  'waits_for',
  'created_at',
  'updated_at',
] as const

/** How long work of kinds that stand behind the others lets them pass, milliseconds. */
const standsBehindFor = 60_000

/**
 * What is due for a portal, of the kind that has waited longest, oldest first. Kinds that stand `behind` let the others pass, but not
 * for ever. The lease keeps others away.
 */
export async function claimJobs(
  db: Db,
  portal: string,
  now: Date,
  limit: number,
  behind: readonly string[] = [],
): Promise<JobRow[]> {
  const patientUntil = new Date(now.getTime() - standsBehindFor).toISOString()
  const { rows } = await claim(db, { portal, now: now.toISOString(), patientUntil, behind, limit })
  return rows
}

type ClaimValues = { portal: string; now: string; patientUntil: string; behind: readonly string[]; limit: number }

const claim = compiledOnce((db, { portal, now, patientUntil, behind, limit }: ClaimValues) => {
  const due = db
    .selectFrom('work')
    .where('portal', '=', portal)
    .where('state', '=', 'due')
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .orderBy('id')
  const oldest = due.select('kind').limit(1)
  const first =
    behind.length === 0
      ? oldest
      : oldest.where((eb) => eb.or([eb('kind', 'not in', behind), eb('due_at', '<=', patientUntil)]))
  return due
    .select(jobColumns)
    .where('kind', '=', (eb) => eb.fn.coalesce(first, oldest))
    .limit(limit)
})

/** The work is done; `reason` says what came of it. Tokens that it came with go. */
export async function completeJobs(db: Db, jobs: JobRefs, reason: string, now: Date): Promise<void> {
  await endJobs(db, jobs, { state: 'done', reason }, now)
}

/** Finishes due work by what it is about and what it waits for: the answer came on another way. */
export async function completeByKey(
  db: Db,
  jobs: { portal: string; type: JobType; dedupKeys: string[]; waitingFor?: WaitsFor; reason: string },
  now: Date,
): Promise<void> {
  if (jobs.dedupKeys.length === 0) return
  const { portal, type, dedupKeys, waitingFor, reason } = jobs
  await db
    .updateTable('work')
    .set({ state: 'done', reason, updated_at: now.toISOString() })
    .where('portal', '=', portal)
    .where('kind', '=', type)
    .where('subject', 'in', dedupKeys)
    .where('state', '=', 'due')
    .$if(waitingFor !== undefined, (query) => query.where(waitsForThat(waitingFor ?? null)))
    .execute()
}

/**
 * Finishes due work by what it is about, and makes due what waits for its end, which is never of its type: one statement, as every move
 * ends with it.
 */
export async function completeAndWake(db: Db, ended: Ended, waitingFor: WaitsFor, now: Date): Promise<void> {
  await completeBoth(db, { ...ended, waitingFor, at: now.toISOString() })
}

type Ended = { portal: string; type: JobType; dedupKeys: readonly string[]; reason: string }

const completeBoth = compiledOnce(
  (db, { portal, type, dedupKeys, reason, waitingFor, at }: Ended & { waitingFor: WaitsFor; at: string }) =>
    db
      .updateTable('work')
      .set((eb) => {
        const ends = eb.case().when('kind', '=', type)
        return {
          state: ends
            .then('done' as const)
            .else(eb.ref('state'))
            .end(),
          reason: ends.then(reason).else(eb.ref('reason')).end(),
          due_at: ends.then(eb.ref('due_at')).else(at).end(),
          updated_at: at,
        }
      })
      .where('portal', '=', portal)
      .where('state', '=', 'due')
      .where((eb) =>
        eb.or([
          eb.and([eb('kind', '=', type), eb('subject', 'in', dedupKeys)]),
          eb.and([eb('due_at', '>', at), waitsForThat(waitingFor)(eb)]),
        ]),
      ),
)

/** Held clicks are judged: nothing stays of who clicked what. */
export async function completeClicks(db: Db, jobs: JobRefs, reason: string, now: Date): Promise<void> {
  if (jobs.length === 0) return
  const done = { state: 'done', reason, body: '{}', updated_at: now.toISOString() } as const
  await stillDue(db, refsOf(jobs)).set(done).execute()
}

/** Due rows wait no longer. Returns how many of them were still due. */
export async function endJobs(
  db: Db,
  jobs: JobRefs,
  { state, reason }: { state: 'done' | 'parked'; reason: string },
  now: Date,
): Promise<number> {
  if (jobs.length === 0) return 0
  const { numAffectedRows } = await end(db, { ...refsOf(jobs), state, reason, at: now.toISOString() })
  return Number(numAffectedRows)
}

type End = { portal: string; ids: readonly number[]; state: 'done' | 'parked'; reason: string; at: string }

const end = compiledOnce((db, { state, reason, at, ...jobs }: End) =>
  stillDue(db, jobs).set({ state, reason, body: withoutTokens, updated_at: at }),
)

function refsOf(jobs: JobRefs): { portal: string; ids: readonly number[] } {
  return { portal: jobs[0]?.portal ?? '', ids: jobs.map(({ id }) => id) }
}

function stillDue(db: Db, { portal, ids }: ReturnType<typeof refsOf>) {
  return db
    .updateTable('work')
    .where(besideIds(db, 'portal'), '=', portal)
    .where(besideIds(db, 'state'), '=', 'due')
    .where('id', 'in', ids)
}

/**
 * Whatever waits for a portal is done, except the given row: the portal cannot be asked any more. What the rows said goes, as some hold
 * sealed tokens and fingerprints of visitors.
 */
export async function completeJobsOfPortal(
  db: Db,
  portal: string,
  except: number,
  reason: string,
  now: Date,
): Promise<void> {
  await db
    .updateTable('work')
    .set({ state: 'done', reason, body: '{}', updated_at: now.toISOString() })
    .where('portal', '=', portal)
    .where('state', 'in', ['due', 'parked'])
    .where('id', '<>', except)
    .execute()
}

/** What the last try says of the work: it failed, or it went well so far and attempts are counted anew. Absent: nothing. */
type AttemptEffect = 'failed' | 'well'

/** Until when rows wait, and why; `body` replaces what they say; `waitsFor`: what makes them due before. */
export type Snooze = { dueAt: Date; reason: string; tried?: AttemptEffect; body?: unknown; waitsFor?: WaitsFor | null }

/** The jobs are tried again later. */
export async function snoozeJobs(db: Db, jobs: JobRefs, snooze: Snooze, now: Date): Promise<void> {
  await snoozeDueJobs(db, jobs, snooze, now)
}

/** The same; returns how many of them were still due. */
export async function snoozeDueJobs(
  db: Db,
  jobs: JobRefs,
  { dueAt, reason, tried, body, waitsFor = null }: Snooze,
  now: Date,
): Promise<number> {
  if (jobs.length === 0) return 0
  const { numUpdatedRows } = await stillDue(db, refsOf(jobs))
    .set((eb) => ({
      due_at: dueAt.toISOString(),
      reason,
      waits_for: waitsFor,
      updated_at: now.toISOString(),
      ...(tried === undefined ? {} : { attempts: tried === 'failed' ? eb('attempts', '+', 1) : eb.val(0) }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }))
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Puts due work off by what it is about, no attempt counted; `body` replaces what the row says of the work. */
export async function snoozeByKey(
  db: Db,
  jobs: { portal: string; type: JobType; dedupKeys: string[]; dueAt: Date; reason: string; body: unknown },
  now: Date,
): Promise<void> {
  if (jobs.dedupKeys.length === 0) return
  await db
    .updateTable('work')
    .set({
      due_at: jobs.dueAt.toISOString(),
      reason: jobs.reason,
      waits_for: null,
      body: JSON.stringify(jobs.body),
      attempts: 0,
      updated_at: now.toISOString(),
    })
    .where('portal', '=', jobs.portal)
    .where('kind', '=', jobs.type)
    .where('subject', 'in', jobs.dedupKeys)
    .where('state', '=', 'due')
    .execute()
}

/** Nothing of the portal is due before that moment. */
export async function snoozePortal(db: Db, portal: string, until: Date, now: Date): Promise<void> {
  await db
    .updateTable('work')
    .set({ due_at: until.toISOString(), updated_at: now.toISOString() })
    .where('portal', '=', portal)
    .where('state', '=', 'due')
    .where('due_at', '<', until.toISOString())
    .execute()
}

/** During an upgrade the version before says by the reason what its rows wait for. */
function waitsForThat(what: WaitsFor | null) {
  return (eb: ExpressionBuilder<Schema, 'work'>) =>
    eb.or([eb('waits_for', '=', what), eb.and([eb('waits_for', 'is', null), eb('reason', '=', what)])])
}

/** Which of the waiting work: of one kind (and of the subjects that begin so; prefixes hold no `%` and no `_`), or what waits for a reason. */
export type WaitingFilter = { portal: string } & ({ type: JobType; dedupKeysFrom?: string } | { waitingFor: WaitsFor })

/** What waits is due now. */
export async function makeDueNow(db: Db, filter: WaitingFilter, now: Date): Promise<void> {
  const at = now.toISOString()
  const all = db
    .updateTable('work')
    .set({ due_at: at, updated_at: at })
    .where('portal', '=', filter.portal)
    .where('state', '=', 'due')
    .where('due_at', '>', at)
  const some =
    'type' in filter
      ? all.where('kind', '=', filter.type).where('subject', 'like', `${filter.dedupKeysFrom ?? ''}%`)
      : all.where(waitsForThat(filter.waitingFor))
  await some.execute()
}

/** The work cannot be done as it is: it stays visible and is retried by hand, without the tokens that it came with. */
export async function deadLetter(db: Db, jobs: JobRefs, reason: string, now: Date): Promise<void> {
  await endJobs(db, jobs, { state: 'parked', reason }, now)
}

/**
 * Parked work is due again, with a clean slate. `same-due`: the same is due already and this row stays parked; `none`: no
 * such row is parked.
 */
export async function requeueDeadLetter(
  db: Db,
  portal: string,
  id: number,
  now: Date,
): Promise<'due' | 'same-due' | 'none'> {
  const row = await db
    .selectFrom('work')
    .select(['kind', 'subject'])
    .where('portal', '=', portal)
    .where('id', '=', id)
    .where('state', '=', 'parked')
    .executeTakeFirst()
  if (!row) return 'none'
  const same = await db
    .selectFrom('work')
    .select('id')
    .where('portal', '=', portal)
    .where('kind', '=', row.kind)
    .where('kind', '<>', 'notice')
    .where('subject', '=', row.subject)
    .where('state', '=', 'due')
    .executeTakeFirst()
  if (same) return 'same-due'
  const at = now.toISOString()
  await db
    .updateTable('work')
    .set({ state: 'due', due_at: at, attempts: 0, updated_at: at })
    .where('portal', '=', portal)
    .where('id', '=', id)
    .where('state', '=', 'parked')
    .execute()
  return 'due'
}

/** Of so many jobs of a type a portal's newest stay that are done, and that wait for a person. */
const MAX_ROWS = { done: 10_000, parked: 1000 } as const

/**
 * Forgets the events of a portal beyond the newest ones: whoever knows the application_token can send any number, and each is soon done
 * with. Whom the sweep misses for it is heard once more, which changes nothing.
 */
export async function trimInboundEvents(db: Db, portal: string): Promise<void> {
  await trimJobs(db, portal, 'notice')
}

/** Forgets jobs of a type of a portal beyond the newest ones. */
export async function trimJobs(db: Db, portal: string, type: JobType): Promise<void> {
  for (const state of ['done', 'parked'] as const) {
    const ofState = db
      .selectFrom('work')
      .where('portal', '=', portal)
      .where('state', '=', state)
      .where('kind', '=', type)
    const last = await ofState
      .select('due_at')
      .orderBy('due_at', 'desc')
      .offset(MAX_ROWS[state])
      .limit(1)
      .executeTakeFirst()
    if (!last) continue
    await db
      .deleteFrom('work')
      .where('portal', '=', portal)
      .where('state', '=', state)
      .where('kind', '=', type)
      .where('due_at', '<=', last.due_at)
      .execute()
  }
}
