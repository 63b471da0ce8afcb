import type { Selectable } from 'kysely'
import type { Actor } from '../domain/decision.ts'
import type { Intent, OpenIntent } from '../domain/intent.ts'
import type { KindCode } from '../domain/kind-code.ts'
import type { Ref } from '../domain/occurrence.ts'
import type { Outcome } from '../domain/states.ts'
import { besideIds } from './beside-ids.ts'
import { compiledOnce } from './compiled-once.ts'
import type { Db } from './database.ts'
import { AWAIT_ACCESS } from './delegations.ts'
import type { Lease } from './leases.ts'
import type { IntentTable } from './schema.ts'

/** The portal is about to be called for these moves. */
export async function beginIntents(db: Db, portal: string, ids: number[], now: Date): Promise<void> {
  const intents = db.updateTable('intent').where(besideIds(db, 'portal'), '=', portal).where('id', 'in', ids)
  await intents.set({ begun_at: now.toISOString() }).execute()
}

/**
 * Records moves to come and returns those that may be made: an occurrence moves an item at most once. A settled intent of the
 * same trigger is opened again: that is a retry of a failed move.
 */
export async function writeIntents(db: Db, lease: Lease, intents: Intent[]): Promise<OpenIntent[]> {
  if (intents.length === 0) return []
  const byMove = new Map(intents.toReversed().map((intent) => [moveKey(intent.occurrenceKey, intent.item), intent]))
  const { rows } = await insert(db, {
    rows: [...byMove.values()].toReversed().map((intent) => intentRow(lease, intent)),
  })
  const ids = new Map(
    rows.map((row) => [moveKey(row.occurrence_key, { entityTypeId: row.entity_type_id, id: row.item_id }), row.id]),
  )
  return [...byMove].toReversed().flatMap(([key, intent]) => {
    const id = ids.get(key)
    return id === undefined ? [] : [{ ...intent, id }]
  })
}

const insert = compiledOnce((db, { rows }: { rows: readonly ReturnType<typeof intentRow>[] }) =>
  db
    .insertInto('intent')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['portal', 'occurrence_key', 'entity_type_id', 'item_id'])
        .doUpdateSet((eb) => ({
          from_stage: eb.ref('excluded.from_stage'),
          to_stage: eb.ref('excluded.to_stage'),
          category_id: eb.ref('excluded.category_id'),
          user_id: eb.ref('excluded.user_id'),
          on_behalf_of: eb.ref('excluded.on_behalf_of'),
          moved_time: eb.ref('excluded.moved_time'),
          if_no_access: eb.ref('excluded.if_no_access'),
          state: 'open',
          unknown_calls: eb.ref('excluded.unknown_calls'),
          begun_at: eb.ref('excluded.begun_at'),
          lease_number: eb.ref('excluded.lease_number'),
        }))
        .where('intent.state', '=', 'settled')
        .whereRef('intent.trigger_id', '=', 'excluded.trigger_id'),
    )
    .returning(['id', 'occurrence_key', 'entity_type_id', 'item_id']),
)

function moveKey(occurrenceKey: string, { entityTypeId, id }: Ref): string {
  return `${entityTypeId}:${id} ${occurrenceKey}`
}

function intentRow(lease: Lease, intent: Intent) {
  return {
    portal: lease.portal,
    occurrence_key: intent.occurrenceKey,
    kind: intent.kind,
    trigger_id: Number(intent.trigger.id),
    trigger_name: intent.trigger.name,
    entity_type_id: intent.item.entityTypeId,
    item_id: intent.item.id,
    from_stage: intent.move.from,
    to_stage: intent.move.to,
    category_id: intent.categoryId,
    user_id: intent.move.userId,
    on_behalf_of: intent.move.onBehalfOf ?? null,
    moved_time: intent.movedTime,
    if_no_access: intent.ifNoAccess,
    state: 'open' as const,
    unknown_calls: intent.unknownCalls,
    begun_at: intent.begunAt,
    lease_number: lease.number,
  }
}

/** An open move goes to another person: the first one's access is dead. */
export async function reassignIntent(db: Db, portal: string, id: number, actor: Actor): Promise<void> {
  const set = { user_id: actor.userId, on_behalf_of: actor.onBehalfOf ?? null }
  await openIntent(db, portal, id).set(set).execute()
}

/** An open move will be tried again, after so many calls that came to nothing. */
export async function countUnknownCalls(db: Db, portal: string, id: number, unknownCalls: number): Promise<void> {
  await openIntent(db, portal, id).set({ unknown_calls: unknownCalls }).execute()
}

function openIntent(db: Db, portal: string, id: number) {
  const ofPortal = db.updateTable('intent').where('portal', '=', portal)
  return ofPortal.where('id', '=', id).where('state', '=', 'open')
}

/** Moves that are settled now, by intent: whose they are, and does a trigger watch the stage of the item? */
export type SettledMoves = ReadonlyMap<number, { actor: Actor; isWatched: boolean }>

/** The portal's answer to these moves is known. Returns those that are still kept, as they are: a client or an employee may have been erased meanwhile. */
export async function settleIntents(db: Db, portal: string, ids: number[]): Promise<SettledMoves> {
  if (ids.length === 0) return new Map()
  const { rows } = await settle(db, { portal, ids })
  return new Map(rows.map((row) => [row.id, { actor: actorOf(row), isWatched: row.watched !== null }]))
}

const settle = compiledOnce((db, { portal, ids }: { portal: string; ids: readonly number[] }) =>
  db
    .updateTable('intent')
    .set({ state: 'settled' })
    .where(besideIds(db, 'portal'), '=', portal)
    .where('id', 'in', ids)
    .returning((eb) => [
      'id',
      'user_id',
      'on_behalf_of',
      eb
        .selectFrom('item_field')
        .select('item_field.field')
        .where('item_field.portal', '=', portal)
        .whereRef('item_field.entity_type_id', '=', 'intent.entity_type_id')
        .whereRef('item_field.item_id', '=', 'intent.item_id')
        .where('item_field.field', '=', 'stageId')
        .as('watched'),
    ]),
)

/** Moves that were recorded and are not settled, by id. */
export async function findOpenIntents(db: Db, portal: string, ids: number[]): Promise<OpenIntent[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('intent')
    .selectAll()
    .where(besideIds(db, 'portal'), '=', portal)
    .where('state', '=', 'open')
    .where('id', 'in', ids)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    occurrenceKey: row.occurrence_key,
    kind: row.kind as KindCode,
    trigger: { id: String(row.trigger_id), name: row.trigger_name },
    item: { entityTypeId: row.entity_type_id, id: row.item_id },
    categoryId: row.category_id,
    move: { from: row.from_stage, to: row.to_stage, ...actorOf(row) },
    movedTime: row.moved_time,
    ifNoAccess: row.if_no_access,
    begunAt: row.begun_at,
    unknownCalls: row.unknown_calls,
  }))
}

function actorOf({
  user_id: userId,
  on_behalf_of: onBehalfOf,
}: {
  user_id: number
  on_behalf_of: number | null
}): Actor {
  return onBehalfOf === null ? { userId } : { userId, onBehalfOf }
}

/** An item that an occurrence has moved or is about to move, and by which trigger. */
export type ClaimedItem = { occurrenceKey: string; item: Ref; triggerId: string }

/** Items that these occurrences have taken so far. */
export async function findClaimedItems(db: Db, portal: string, occurrenceKeys: string[]): Promise<ClaimedItem[]> {
  if (occurrenceKeys.length === 0) return []
  const rows = await db
    .selectFrom('intent')
    .select(['occurrence_key', 'entity_type_id', 'item_id', 'trigger_id'])
    .where('portal', '=', portal)
    .where('occurrence_key', 'in', occurrenceKeys)
    .execute()
  return rows.map((row) => ({
    occurrenceKey: row.occurrence_key,
    item: { entityTypeId: row.entity_type_id, id: row.item_id },
    triggerId: String(row.trigger_id),
  }))
}

/** Items (`entityTypeId:id`) with a move whose outcome is not known yet, and its target. */
export async function findInFlightItems(db: Db, portal: string, items: Ref[]): Promise<Map<string, string>> {
  if (items.length === 0) return new Map()
  const rows = await db
    .selectFrom('intent')
    .select(['entity_type_id', 'item_id', 'to_stage'])
    .where('portal', '=', portal)
    .where('state', '=', 'open')
    .where('item_id', 'in', [...new Set(items.map((item) => item.id))])
    .execute()
  return new Map(rows.map((row) => [`${row.entity_type_id}:${row.item_id}`, row.to_stage]))
}

/** Items that these occurrences will move as soon as somebody's access is there, or is known not to come. */
export async function findPendingAccess(db: Db, portal: string, occurrenceKeys: string[]): Promise<ClaimedItem[]> {
  if (occurrenceKeys.length === 0) return []
  const rows = await db
    .selectFrom('work')
    .select('body')
    .where('portal', '=', portal)
    .where('kind', '=', AWAIT_ACCESS)
    .where('state', '=', 'due')
    .execute()
  const keys = new Set(occurrenceKeys)
  return rows.flatMap(({ body }) => {
    const { key, only, triggers } = JSON.parse(body) as { key: string; only: Ref; triggers: { id: string }[] }
    return keys.has(key) ? triggers.map(({ id }) => ({ occurrenceKey: key, item: only, triggerId: id })) : []
  })
}

/** Is an occurrence about to move this item: is the portal being asked, or an access waited for? */
export async function hasPendingMove(db: Db, portal: string, occurrenceKey: string, item: Ref): Promise<boolean> {
  const open = await db
    .selectFrom('intent')
    .select('id')
    .where('portal', '=', portal)
    .where('occurrence_key', '=', occurrenceKey)
    .where('entity_type_id', '=', item.entityTypeId)
    .where('item_id', '=', item.id)
    .where('state', '=', 'open')
    .executeTakeFirst()
  if (open) return true
  const pending = await findPendingAccess(db, portal, [occurrenceKey])
  return pending.some((one) => one.item.entityTypeId === item.entityTypeId && one.item.id === item.id)
}

/** Where and when (ISO 8601 UTC, by our clock) Stagecue moved an item, or moved it back. */
export type OwnMove = { item: Ref; stageId: string; at: string }

/** Moves of these items that Stagecue made since, and those that were taken back. */
export async function findOwnMoves(db: Db, portal: string, items: readonly Ref[], since: string): Promise<OwnMove[]> {
  if (items.length === 0) return []
  const rows = await db
    .selectFrom('decision')
    .select(['entity_type_id', 'item_id', 'move_from', 'move_to', 'at', 'undone_at'])
    .where('portal', '=', portal)
    .where('outcome', '=', 'moved')
    .where('item_id', 'in', [...new Set(items.map(({ id }) => id))])
    .where((eb) => eb.or([eb('at', '>=', since), eb('undone_at', '>=', since)]))
    .execute()
  return rows.flatMap((row) => {
    const item = { entityTypeId: row.entity_type_id, id: row.item_id }
    const made = row.move_to === null ? [] : [{ item, stageId: row.move_to, at: row.at }]
    const undone =
      row.move_from === null || row.undone_at === null ? [] : [{ item, stageId: row.move_from, at: row.undone_at }]
    return [...made, ...undone]
  })
}

/** What Stagecue did with items lately; keys are `entityTypeId:id`. */
export type RecentMoves = {
  /** Items with a move whose outcome is not known yet, and its target: nothing is decided about them until it is settled. */
  inFlight: Map<string, string>
  /** How often it moved them, or set out to, since then. For the loop guard. */
  counts: Map<string, number>
}

/** What `recentMovesFrom` reads: of these items, since then (ISO 8601 UTC). */
export function recentMovesQuery(
  db: Db,
  { portal, itemIds, from }: { portal: string; itemIds: readonly number[]; from: string },
) {
  return db
    .selectFrom('intent')
    .leftJoin('decision', (join) =>
      join
        .onRef('decision.portal', '=', 'intent.portal')
        .onRef('decision.occurrence_key', '=', 'intent.occurrence_key')
        .onRef('decision.trigger_id', '=', 'intent.trigger_id')
        .onRef('decision.entity_type_id', '=', 'intent.entity_type_id')
        .onRef('decision.item_id', '=', 'intent.item_id'),
    )
    .select(['intent.entity_type_id', 'intent.item_id', 'intent.to_stage', 'intent.state', 'intent.begun_at'])
    .select('decision.outcome')
    .where('intent.portal', '=', portal)
    .where('intent.item_id', 'in', itemIds)
    .where((eb) => eb.or([eb('intent.state', '=', 'open'), eb('intent.begun_at', '>=', from)]))
}

type RecentMoveRow = Pick<Selectable<IntentTable>, 'entity_type_id' | 'item_id' | 'to_stage' | 'state' | 'begun_at'> & {
  outcome: Outcome | null
}

/** What Stagecue did with items since then, and what is still under way, by what `recentMovesQuery` found. */
export function recentMovesFrom(rows: readonly RecentMoveRow[], from: string): RecentMoves {
  const found: RecentMoves = { inFlight: new Map(), counts: new Map() }
  for (const row of rows) {
    const key = `${row.entity_type_id}:${row.item_id}`
    const isOpen = row.state === 'open'
    if (isOpen) found.inFlight.set(key, row.to_stage)
    if (row.begun_at >= from && (isOpen || row.outcome === 'moved')) {
      found.counts.set(key, (found.counts.get(key) ?? 0) + 1)
    }
  }
  return found
}
