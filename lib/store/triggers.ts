import type { Insertable, Selectable } from 'kysely'
import type { KindCode } from '../domain/kind-code.ts'
import type { ReadyTrigger, Trigger } from '../domain/trigger.ts'
import { compiledOnce } from './compiled-once.ts'
import type { Db } from './database.ts'
import type { TriggerTable } from './schema.ts'

/** Columns of a `ReadyTrigger`. */
const triggerColumns = [
  'trigger.id',
  'trigger.version',
  'trigger.created_at',
  'trigger.updated_at',
  'trigger.created_by',
  'trigger.attention',
  'trigger.kind',
  'trigger.name',
  'trigger.entity_type_id',
  'trigger.category_id',
  'trigger.stage_id',
  'trigger.from_stages',
  'trigger.acting_user_id',
  'trigger.allow_moving_back',
  'trigger.fields',
  'trigger.when_several',
  'trigger.via_client',
  'trigger.if_no_access',
  'trigger.mode',
  'trigger.enabled',
  'trigger.ready_at',
] as const

/** A trigger's row as the trigger it is. */
export function triggerFromRow(row: Omit<Selectable<TriggerTable>, 'portal'>): ReadyTrigger {
  return {
    id: String(row.id),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    createdBy: row.created_by,
    attention: row.attention === null ? null : JSON.parse(row.attention),
    kind: row.kind as KindCode,
    name: row.name,
    entityTypeId: row.entity_type_id,
    categoryId: row.category_id,
    stageId: row.stage_id,
    fromStages: JSON.parse(row.from_stages),
    changeStageAs: row.acting_user_id === null ? { type: 'responsible' } : { type: 'user', userId: row.acting_user_id },
    allowMovingBack: row.allow_moving_back === 1,
    fields: JSON.parse(row.fields),
    whenSeveral: row.when_several,
    viaClient: row.via_client === 1,
    ifNoAccess: row.if_no_access,
    mode: row.mode,
    enabled: row.enabled === 1,
    readyAt: row.ready_at,
  }
}

/** A trigger as its row, the counterpart of `triggerFromRow`. */
function triggerValues(portal: string, trigger: Omit<ReadyTrigger, 'id'>): Insertable<TriggerTable> {
  return {
    portal,
    version: trigger.version,
    kind: trigger.kind,
    name: trigger.name,
    entity_type_id: trigger.entityTypeId,
    category_id: trigger.categoryId,
    stage_id: trigger.stageId,
    from_stages: JSON.stringify(trigger.fromStages),
    acting_user_id: trigger.changeStageAs.type === 'user' ? trigger.changeStageAs.userId : null,
    allow_moving_back: trigger.allowMovingBack ? 1 : 0,
    fields: JSON.stringify(trigger.fields),
    when_several: trigger.whenSeveral,
    via_client: trigger.viaClient ? 1 : 0,
    if_no_access: trigger.ifNoAccess,
    mode: trigger.mode,
    enabled: trigger.enabled ? 1 : 0,
    ready_at: trigger.readyAt,
    attention: trigger.attention === null ? null : JSON.stringify(trigger.attention),
    created_at: trigger.createdAt,
    created_by: trigger.createdBy,
    updated_at: trigger.updatedAt,
  }
}

/** Versions of a trigger that are kept: entries of the journal that were decided by an older one do not say how it was set. */
const MOST_VERSIONS = 200

/** What a trigger was from now on, and by whom; `trigger` is null when it was deleted. The oldest versions go. */
async function addTriggerVersion(
  db: Db,
  portal: string,
  change: { triggerId: string; version: number; trigger: ReadyTrigger | null; changedBy: number },
  now: Date,
): Promise<void> {
  await db
    .insertInto('trigger_version')
    .values({
      portal,
      trigger_id: Number(change.triggerId),
      version: change.version,
      body: change.trigger === null ? null : JSON.stringify(change.trigger),
      changed_at: now.toISOString(),
      changed_by: change.changedBy,
    })
    .execute()
  const ofTrigger = db.deleteFrom('trigger_version').where('portal', '=', portal)
  await ofTrigger
    .where('trigger_id', '=', Number(change.triggerId))
    .where('version', '<=', change.version - MOST_VERSIONS)
    .execute()
}

/** Keeps a new trigger and its first version. Run it in a transaction. */
export async function addTrigger(
  db: Db,
  portal: string,
  trigger: Omit<ReadyTrigger, 'id'>,
  now: Date,
): Promise<ReadyTrigger> {
  const { id } = await db
    .insertInto('trigger')
    .values(triggerValues(portal, trigger))
    .returning('id')
    .executeTakeFirstOrThrow()
  const made = { ...trigger, id: String(id) }
  const change = { triggerId: made.id, version: made.version, trigger: made, changedBy: made.createdBy }
  await addTriggerVersion(db, portal, change, now)
  return made
}

/**
 * Replaces a trigger whose version is the one before `trigger.version`, and keeps the new version. `false`: it was changed or
 * deleted meanwhile, and nothing is written. Run it in a transaction.
 */
export async function replaceTrigger(
  db: Db,
  portal: string,
  trigger: ReadyTrigger,
  changedBy: number,
  now: Date,
): Promise<boolean> {
  const result = await db
    .updateTable('trigger')
    .set(triggerValues(portal, trigger))
    .where('portal', '=', portal)
    .where('id', '=', Number(trigger.id))
    .where('version', '=', trigger.version - 1)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) return false
  await addTriggerVersion(db, portal, { triggerId: trigger.id, version: trigger.version, trigger, changedBy }, now)
  return true
}

/** Deletes a trigger; its versions and what it decided stay. `false`: there was none. Run it in a transaction. */
export async function removeTrigger(
  db: Db,
  portal: string,
  triggerId: string,
  changedBy: number,
  now: Date,
): Promise<boolean> {
  const row = await db
    .deleteFrom('trigger')
    .where('portal', '=', portal)
    .where('id', '=', Number(triggerId))
    .returning('version')
    .executeTakeFirst()
  if (!row) return false
  await addTriggerVersion(db, portal, { triggerId, version: row.version + 1, trigger: null, changedBy }, now)
  return true
}

/** A trigger of this portal; ids of other portals are not found. */
export async function findTrigger(db: Db, portal: string, triggerId: string): Promise<ReadyTrigger | null> {
  const row = await db
    .selectFrom('trigger')
    .selectAll()
    .where('portal', '=', portal)
    .where('id', '=', Number(triggerId))
    .executeTakeFirst()
  return row ? triggerFromRow(row) : null
}

/** The portal's triggers, the one made first in front; `categoryId: null` asks for types with one pipeline. */
export async function listTriggers(
  db: Db,
  portal: string,
  { entityTypeId, categoryId }: { entityTypeId?: number | undefined; categoryId?: number | null | undefined } = {},
): Promise<ReadyTrigger[]> {
  let query = db.selectFrom('trigger').selectAll().where('portal', '=', portal)
  if (entityTypeId !== undefined) query = query.where('entity_type_id', '=', entityTypeId)
  if (categoryId !== undefined) {
    query = categoryId === null ? query.where('category_id', 'is', null) : query.where('category_id', '=', categoryId)
  }
  const rows = await query.orderBy('created_at').orderBy('id').execute()
  return rows.map(triggerFromRow)
}

/** The portal's enabled triggers, the one made first in front. */
export async function listEnabledTriggers(db: Db, portal: string): Promise<ReadyTrigger[]> {
  const { rows } = await listEnabled(db, { portal })
  return rows.map(triggerFromRow)
}

const listEnabled = compiledOnce((db, { portal }: { portal: string }) => enabledTriggers(db, portal))

/** Those of these kinds: whoever works for some kinds is not held up by the triggers of others, however many there are (decision 153). */
export async function listEnabledOfKinds(db: Db, portal: string, kinds: readonly KindCode[]): Promise<ReadyTrigger[]> {
  const { rows } = await listOfKinds(db, { portal, kinds: someKinds(kinds) })
  return rows.map(triggerFromRow)
}

const listOfKinds = compiledOnce((db, given: OfKinds) => enabledOfKinds(db, given))

type OfKinds = { portal: string; kinds: readonly string[] }

/** PostgreSQL takes no empty list: then a kind that nothing has. */
export function someKinds(kinds: readonly KindCode[]): readonly string[] {
  return kinds.length > 0 ? kinds : ['']
}

/** The rows of the portal's enabled triggers of these kinds, the one made first in front. */
export function enabledOfKinds(db: Db, { portal, kinds }: OfKinds) {
  return enabledTriggers(db, portal).where('trigger.kind', 'in', kinds)
}

/** Those of them that have these ids. */
export async function listEnabledOfIds(db: Db, portal: string, triggerIds: readonly string[]): Promise<ReadyTrigger[]> {
  if (triggerIds.length === 0) return []
  const rows = await enabledTriggers(db, portal).where('trigger.id', 'in', triggerIds.map(Number)).execute()
  return rows.map(triggerFromRow)
}

function enabledTriggers(db: Db, portal: string) {
  return db
    .selectFrom('trigger')
    .select(triggerColumns)
    .where('trigger.portal', '=', portal)
    .where('trigger.enabled', '=', 1)
    .orderBy('trigger.created_at')
    .orderBy('trigger.id')
}

/** The names that these triggers have, or had when they were deleted, by trigger id. */
export async function listTriggerNames(db: Db, portal: string, triggerIds: string[]): Promise<Map<string, string>> {
  const versions = await listTriggerVersions(db, portal, triggerIds)
  return new Map(versions.map(({ triggerId, setting }) => [triggerId, setting.name]))
}

/** A trigger as it was from a moment on (ISO 8601 UTC). */
export type TriggerVersion = {
  triggerId: string
  version: number
  changedAt: string
  changedBy: number
  setting: Trigger
}

/** All that these triggers were ever set to, the oldest first. */
export async function listTriggerVersions(db: Db, portal: string, triggerIds: string[]): Promise<TriggerVersion[]> {
  if (triggerIds.length === 0) return []
  const rows = await db
    .selectFrom('trigger_version')
    .selectAll()
    .where('portal', '=', portal)
    .where('trigger_id', 'in', triggerIds.map(Number))
    .orderBy('version')
    .execute()
  return rows.flatMap(({ trigger_id, version, body, changed_at: changedAt, changed_by: changedBy }) =>
    body === null ? [] : [{ triggerId: String(trigger_id), version, changedAt, changedBy, setting: JSON.parse(body) }],
  )
}

/** How many triggers a portal has, enabled or not. */
export async function countTriggers(db: Db, portal: string): Promise<number> {
  const row = await db
    .selectFrom('trigger')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('portal', '=', portal)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** The trigger cannot work as it is set (its stage is gone): the board shows it until it is saved again. */
export async function markAttention(
  db: Db,
  portal: string,
  triggerId: string,
  attention: { reason: string; detail: string; since: string },
): Promise<void> {
  await db
    .updateTable('trigger')
    .set({ attention: JSON.stringify(attention) })
    .where('portal', '=', portal)
    .where('id', '=', Number(triggerId))
    .where('attention', 'is', null)
    .execute()
}

/** What the trigger was marked for has passed. */
export async function clearAttention(db: Db, portal: string, triggerIds: readonly string[]): Promise<void> {
  if (triggerIds.length === 0) return
  await db
    .updateTable('trigger')
    .set({ attention: null })
    .where('portal', '=', portal)
    .where('id', 'in', triggerIds.map(Number))
    .execute()
}

/** What a change made of a trigger, by whom; `trigger` is null: it was deleted. */
export type TriggerChange = {
  version: number
  changedAt: string
  changedBy: number
  trigger: ReadyTrigger | null
}

/** The latest changes of a trigger, newest first, also of one that is gone; none where the portal never had it. */
export async function findTriggerHistory(
  db: Db,
  portal: string,
  triggerId: string,
  limit: number,
): Promise<TriggerChange[]> {
  const rows = await db
    .selectFrom('trigger_version')
    .selectAll()
    .where('portal', '=', portal)
    .where('trigger_id', '=', Number(triggerId))
    .orderBy('version', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ version, body, changed_at, changed_by }) => {
    const trigger = body === null ? null : (JSON.parse(body) as ReadyTrigger)
    return { version, changedAt: changed_at, changedBy: changed_by, trigger }
  })
}

/** Keeps a deleted trigger again, under its own id and with a new version. `false`: it is there. Run it in a transaction. */
export async function restoreTrigger(
  db: Db,
  portal: string,
  trigger: ReadyTrigger,
  changedBy: number,
  now: Date,
): Promise<boolean> {
  if (await findTrigger(db, portal, trigger.id)) return false
  await db
    .insertInto('trigger')
    .values({ id: Number(trigger.id), ...triggerValues(portal, trigger) })
    .execute()
  await addTriggerVersion(db, portal, { triggerId: trigger.id, version: trigger.version, trigger, changedBy }, now)
  return true
}
