import { type Expression, type ExpressionBuilder, type Selectable, type SqlBool, sql } from 'kysely'
import type { Decision } from '../domain/decision.ts'
import type { KindCode } from '../domain/kind-code.ts'
import type { Ref } from '../domain/occurrence.ts'
import type { Reason } from '../domain/reasons.ts'
import type { Outcome } from '../domain/states.ts'
import { compiledOnce } from './compiled-once.ts'
import type { Db } from './database.ts'
import { partsOf } from './parts-of.ts'
import type { DecisionTable, OccurrenceTable, Schema } from './schema.ts'

/** A journaled decision by its id. */
export async function findDecision(db: Db, portal: string, id: number): Promise<Decision | null> {
  const row = await db
    .selectFrom('decision')
    .selectAll()
    .where('portal', '=', portal)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? decisionFromRow(row) : null
}

function decisionFromRow(row: Selectable<DecisionTable>): Decision {
  const { move_from: from, move_to: to, move_user_id: userId, on_behalf_of: onBehalfOf } = row
  return {
    occurrenceKey: row.occurrence_key,
    kind: row.kind as KindCode,
    trigger: { id: String(row.trigger_id), name: row.trigger_name },
    item: row.item_id === 0 ? null : { entityTypeId: row.entity_type_id, id: row.item_id },
    outcome: row.outcome,
    reason: row.reason as Reason | null,
    facts: JSON.parse(row.facts),
    move:
      from === null || to === null || userId === null
        ? null
        : { from, to, userId, ...(onBehalfOf === null ? {} : { onBehalfOf }) },
    requestId: row.request_id,
  }
}

/** One entry of the journal by its id. */
export async function findEntry(db: Db, portal: string, id: number): Promise<DecisionRow | null> {
  const [row] = await listDecisions(db, portal, { before: id + 1 }, 1)
  return row?.id === id ? row : null
}

/** The newest decision of the portal that was made before then; null: there is none. */
export async function findDecisionBefore(db: Db, portal: string, at: string): Promise<number | null> {
  const older = db.selectFrom('decision').select('id').where('portal', '=', portal).where('at', '<', at)
  const row = await older.orderBy('at', 'desc').limit(1).executeTakeFirst()
  return row?.id ?? null
}

/** The id of the decision that many places below another one (absent: below the newest) in the portal's journal; null: there are not so many. */
export async function findDecisionBelow(
  db: Db,
  portal: string,
  before: number | undefined,
  places: number,
): Promise<number | null> {
  const all = db.selectFrom('decision').select('id').where('portal', '=', portal)
  const older = before === undefined ? all : all.where('id', '<', before)
  const row = await older
    .orderBy('id', 'desc')
    .offset(places - 1)
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? null
}

/** Which decisions are asked for; what is absent does not matter. */
export type DecisionFilter = {
  triggerId?: number | undefined
  kind?: string | undefined
  entityTypeId?: number | undefined
  itemId?: number | undefined
  outcome?: Outcome | undefined
  reason?: string | undefined
  /** Who moved, or on whose behalf. */
  userId?: number | undefined
  /** ISO 8601 UTC, both included. */
  from?: string | undefined
  to?: string | undefined
  /** Only those with a smaller id: the next page. */
  before?: number | undefined
  /** Only those with this id or a greater one. */
  atLeast?: number | null | undefined
  /** Only those with a greater id: what has come since. */
  after?: number | undefined
  /** Not those with these reasons. */
  without?: readonly string[] | undefined
  /** Part of the trigger's name, or the item's number; capital letters do not matter. */
  search?: string | undefined
  /** Items that the search means, too. */
  searchedItems?: readonly Ref[] | undefined
}

/** A decision with what its occurrence says. */
export type DecisionRow = Selectable<DecisionTable> & {
  occurrence_at: OccurrenceTable['at'] | null
  source: OccurrenceTable['source'] | null
  occurrence_facts: OccurrenceTable['facts'] | null
  occurrence_origin: OccurrenceTable['origin'] | null
}

/** Decisions of the portal, newest first. */
export async function listDecisions(
  db: Db,
  portal: string,
  filter: DecisionFilter,
  limit: number,
): Promise<DecisionRow[]> {
  return db
    .selectFrom('decision')
    .leftJoin('occurrence', (join) =>
      join.onRef('occurrence.portal', '=', 'decision.portal').onRef('occurrence.key', '=', 'decision.occurrence_key'),
    )
    .selectAll('decision')
    .select([
      'occurrence.at as occurrence_at',
      'occurrence.source',
      'occurrence.facts as occurrence_facts',
      'occurrence.origin as occurrence_origin',
    ])
    .where('decision.portal', '=', portal)
    .where(suits(filter))
    .orderBy('decision.id', 'desc')
    .limit(limit)
    .execute()
}

/** How many decisions the filter finds, by reason; null: those that moved. */
export async function countByReason(
  db: Db,
  portal: string,
  filter: DecisionFilter,
): Promise<{ reason: string | null; count: number }[]> {
  const rows = await db
    .selectFrom('decision')
    .select((eb) => ['reason', eb.fn.countAll<number>().as('count')])
    .where('decision.portal', '=', portal)
    .where(suits(filter))
    .groupBy('reason')
    .execute()
  return rows.map(({ reason, count }) => ({ reason, count: Number(count) }))
}

/** The conditions of a filter. */
function suits(filter: DecisionFilter): (eb: ExpressionBuilder<Schema, 'decision'>) => Expression<SqlBool> {
  const { userId, from, to, before, atLeast, after, without, search } = filter
  const equal = [
    ['decision.trigger_id', filter.triggerId],
    ['decision.kind', filter.kind],
    ['decision.entity_type_id', filter.entityTypeId],
    ['decision.item_id', filter.itemId],
    ['decision.outcome', filter.outcome],
    ['decision.reason', filter.reason],
  ] as const
  return (eb) => {
    const all = equal.flatMap(([column, value]) => (value === undefined ? [] : [eb(column, '=', value as never)]))
    if (userId !== undefined) {
      all.push(eb.or([eb('decision.move_user_id', '=', userId), eb('decision.on_behalf_of', '=', userId)]))
    }
    if (from !== undefined) all.push(eb('decision.at', '>=', from))
    if (to !== undefined) all.push(eb('decision.at', '<=', to))
    if (before !== undefined) all.push(eb('decision.id', '<', before))
    if (after !== undefined) all.push(eb('decision.id', '>', after))
    if (typeof atLeast === 'number') all.push(eb('decision.id', '>=', atLeast))
    if (without !== undefined && without.length > 0) {
      all.push(eb.or([eb('decision.reason', 'is', null), eb('decision.reason', 'not in', [...without])]))
    }
    if (search !== undefined) all.push(holds(eb, search, filter.searchedItems ?? []))
    return eb.and(all)
  }
}

/** Both engines fold capital letters of all languages by `lower` (`database.ts`). */
function holds(eb: ExpressionBuilder<Schema, 'decision'>, search: string, items: readonly Ref[]) {
  const wanted = search.trim().toLowerCase()
  const pattern = `%${wanted.replace(/[\\%_]/g, '\\$&')}%`
  const named = sql<SqlBool>`lower(${sql.ref('trigger_name')}) like ${pattern} escape '\\'`
  const id = /^\d{1,9}$/.test(wanted) ? [eb('decision.item_id', '=', Number(wanted))] : []
  const titled = [...Map.groupBy(items, ({ entityTypeId }) => entityTypeId)].map(([entityTypeId, ofType]) =>
    eb.and([
      eb('decision.entity_type_id', '=', entityTypeId),
      eb(
        'decision.item_id',
        'in',
        ofType.map((item) => item.id),
      ),
    ]),
  )
  return eb.or([named, ...id, ...titled])
}

/** In whose name something moved or should have moved since then, and when last (ISO 8601 UTC). */
export async function listWantedUsers(db: Db, portal: string, since: Date): Promise<Map<number, string>> {
  const rows = await db
    .selectFrom('decision')
    .select((eb) => [eb.fn.coalesce('on_behalf_of', 'move_user_id').as('user_id'), eb.fn.max('at').as('last_at')])
    .where('portal', '=', portal)
    .where('at', '>=', since.toISOString())
    .where('move_user_id', 'is not', null)
    .groupBy((eb) => eb.fn.coalesce('on_behalf_of', 'move_user_id'))
    .execute()
  return new Map(rows.flatMap(({ user_id, last_at }) => (user_id === null ? [] : [[user_id, last_at]])))
}

/** `wouldMove`: in test mode. */
export type OutcomeCounts = { moved: number; wouldMove: number; skipped: number; failed: number }

export const noOutcomes: Readonly<OutcomeCounts> = { moved: 0, wouldMove: 0, skipped: 0, failed: 0 }

/** How often each trigger moved, would have moved, skipped and failed since then, by trigger id; triggers without decisions are left out. */
export async function countOutcomes(
  db: Db,
  portal: string,
  triggerIds: string[],
  since: Date,
): Promise<Map<string, OutcomeCounts>> {
  if (triggerIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('decision')
    .select((eb) => ['trigger_id', 'outcome', eb.fn.countAll<number>().as('count')])
    .where('portal', '=', portal)
    // With the sign it is no column that an index could be chosen for: the one of the days is the right one, however few triggers there are.
    .where(sql<number>`+trigger_id`, 'in', triggerIds.map(Number))
    .where('at', '>=', since.toISOString())
    .groupBy(['trigger_id', 'outcome'])
    .execute()
  const counts = new Map<string, OutcomeCounts>()
  for (const { trigger_id, outcome, count } of rows) {
    const entry = counts.get(String(trigger_id)) ?? noOutcomes
    counts.set(String(trigger_id), { ...entry, [outcome === 'would-move' ? 'wouldMove' : outcome]: Number(count) })
  }
  return counts
}

/** A statement takes a limited number of values: 40 events that a hundred triggers look at are 4000 decisions. */
const AT_ONCE = 1000

/**
 * Journals decisions. (occurrence, trigger, item) has one: a later one replaces it only where it had failed, which is what a
 * retry is.
 */
export async function journalDecisions(db: Db, portal: string, decisions: Decision[], now: Date): Promise<void> {
  const rows = decisions.map((decision) => decisionRow(portal, decision, now))
  for (const some of partsOf(rows, AT_ONCE)) await insert(db, { rows: some })
}

function decisionRow(portal: string, decision: Decision, now: Date) {
  return {
    portal,
    occurrence_key: decision.occurrenceKey,
    kind: decision.kind,
    trigger_id: Number(decision.trigger.id),
    trigger_name: decision.trigger.name,
    entity_type_id: decision.item?.entityTypeId ?? 0,
    item_id: decision.item?.id ?? 0,
    outcome: decision.outcome,
    reason: decision.reason,
    facts: JSON.stringify(decision.facts),
    move_from: decision.move?.from ?? null,
    move_to: decision.move?.to ?? null,
    move_user_id: decision.move?.userId ?? null,
    on_behalf_of: decision.move?.onBehalfOf ?? null,
    request_id: decision.requestId,
    at: now.toISOString(),
  }
}

const insert = compiledOnce((db, { rows }: { rows: readonly ReturnType<typeof decisionRow>[] }) =>
  db
    .insertInto('decision')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['portal', 'occurrence_key', 'trigger_id', 'entity_type_id', 'item_id'])
        .doUpdateSet((eb) => ({
          outcome: eb.ref('excluded.outcome'),
          reason: eb.ref('excluded.reason'),
          facts: eb.ref('excluded.facts'),
          move_from: eb.ref('excluded.move_from'),
          move_to: eb.ref('excluded.move_to'),
          move_user_id: eb.ref('excluded.move_user_id'),
          on_behalf_of: eb.ref('excluded.on_behalf_of'),
          request_id: eb.ref('excluded.request_id'),
          at: eb.ref('excluded.at'),
        }))
        .where('decision.outcome', '=', 'failed'),
    ),
)

/** Items (`entityTypeId:id`) whose move for this occurrence a person has undone; nothing else of it moves them. */
export async function findUndone(db: Db, portal: string, occurrenceKeys: string[]): Promise<Set<string>> {
  if (occurrenceKeys.length === 0) return new Set()
  const rows = await db
    .selectFrom('decision')
    .select(['occurrence_key', 'entity_type_id', 'item_id'])
    .where('portal', '=', portal)
    .where('occurrence_key', 'in', occurrenceKeys)
    .where('undone_at', 'is not', null)
    .execute()
  return new Set(rows.map((row) => `${row.occurrence_key} ${row.entity_type_id}:${row.item_id}`))
}

/** A person took a move back. */
export async function markUndone(
  db: Db,
  portal: string,
  { decisionId, userId }: { decisionId: number; userId: number },
  now: Date,
): Promise<void> {
  await db
    .updateTable('decision')
    .set({ undone_at: now.toISOString(), undone_by: userId })
    .where('portal', '=', portal)
    .where('id', '=', decisionId)
    .where('undone_at', 'is', null)
    .execute()
}

/** A trigger's latest failure, after which it has moved nothing. */
export type Failing = { reason: Reason; at: string }

/** So many failures are looked through; who has more has the same ones. */
const LATEST = 500

/** Triggers whose latest move since then failed for one of these reasons, by trigger id. */
export async function listFailing(
  db: Db,
  portal: string,
  reasons: readonly Reason[],
  since: Date,
): Promise<Map<string, Failing>> {
  const failed = await db
    .selectFrom('decision')
    .select(['trigger_id', 'reason', 'at'])
    .where('portal', '=', portal)
    .where('outcome', '=', 'failed')
    .orderBy('id', 'desc')
    .limit(LATEST)
    .execute()
  const failing = new Map<string, Failing>()
  for (const { trigger_id, reason, at } of failed) {
    const known = reasons.find((one) => one === reason)
    const id = String(trigger_id)
    if (known && at >= since.toISOString() && !failing.has(id)) failing.set(id, { reason: known, at })
  }
  for (const [id, movedAt] of await lastMoves(db, portal, [...failing.keys()], since)) {
    const { at } = failing.get(id) ?? { at: '' }
    if (movedAt > at) failing.delete(id)
  }
  return failing
}

async function lastMoves(db: Db, portal: string, triggerIds: string[], since: Date): Promise<[string, string][]> {
  if (triggerIds.length === 0) return []
  const rows = await db
    .selectFrom('decision')
    .select(['trigger_id', (eb) => eb.fn.max('at').as('at')])
    .where('portal', '=', portal)
    .where('at', '>=', since.toISOString())
    .where('outcome', '=', 'moved')
    // See `countOutcomes`: the index of the days is the right one.
    .where(sql<number>`+trigger_id`, 'in', triggerIds.map(Number))
    .groupBy('trigger_id')
    .execute()
  return rows.map(({ trigger_id, at }) => [String(trigger_id), at])
}

/** What one day (UTC, `2026-08-29`) brought. */
export type DayCount = { day: string; moved: number; failed: number; skipped: number }

/** Moves, failures and skipped events day by day since then, the newest first; days without any are left out. */
export async function countDays(db: Db, portal: string, since: Date): Promise<DayCount[]> {
  const day = sql<string>`substr(at, 1, 10)`
  const rows = await db
    .selectFrom('decision')
    .select((eb) => [day.as('day'), 'outcome', eb.fn.countAll<number>().as('count')])
    .where('portal', '=', portal)
    .where('at', '>=', since.toISOString())
    .groupBy([day, 'outcome'])
    .execute()
  const days = new Map<string, DayCount>()
  for (const { day, outcome, count } of rows) {
    const counts = days.get(day) ?? { day, moved: 0, failed: 0, skipped: 0 }
    if (outcome !== 'would-move') counts[outcome] = Number(count)
    days.set(day, counts)
  }
  return [...days.values()].toSorted((one, other) => other.day.localeCompare(one.day))
}

/** When an item was last moved; null: never, as far as the journal reaches. */
export async function findLastMove(db: Db, portal: string): Promise<string | null> {
  const row = await db
    .selectFrom('decision')
    .select('at')
    .where('portal', '=', portal)
    .where('outcome', '=', 'moved')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.at ?? null
}
