import type { Cause } from '../events/auth.ts'
import { raise, raiseItem } from '../events/raise.ts'
import type { PortalState } from '../state.ts'
import { DEAL, ESTIMATE, typeOf } from '../world/entity-types.ts'
import { itemKey, nextId, reserveId } from '../world/ids.ts'
import type { Item } from '../world/item.ts'
import { defaultCategory, semanticsOf, stagesOf } from '../world/stages.ts'
import type { World } from '../world/world.ts'

/** What is known about a new item; stage and pipeline default to the first of the type. */
export type NewItem = Partial<Item> & { entityTypeId: number }

/** Adds an item and raises its …ADD event. */
export function addItem(portal: PortalState, given: NewItem, cause: Cause): Item {
  const item = buildItem(portal.world, given, cause.at ?? new Date())
  portal.world.items.set(itemKey(item), item)
  recordStage(portal.world, item, 1, cause)
  raiseItem(portal, item, 'ADD', cause)
  return item
}

/**
 * Saves changed fields, writes who and when, keeps the stage history and raises the events. Returns false, and does
 * nothing at all, when no value differs (platform.md 10.13).
 */
export function saveItem(portal: PortalState, item: Item, change: Record<string, unknown>, cause: Cause): boolean {
  const changed = Object.entries(change).filter(([name, value]) => !same(item[name], value))
  if (changed.length === 0) return false
  const before = { stageId: item.stageId, categoryId: item.categoryId }
  Object.assign(item, Object.fromEntries(changed), authorship(item, cause))
  if (item.stageId !== before.stageId) moved(portal, item, before, cause)
  raiseItem(portal, item, 'UPDATE', cause)
  return true
}

/** Removes an item together with its bindings to activities and raises its …DELETE event. */
export function removeItem(portal: PortalState, item: Item, cause: Cause): void {
  portal.world.items.delete(itemKey(item))
  for (const activity of portal.world.activities.values()) {
    activity.bindings = activity.bindings.filter((bound) => itemKey(bound) !== itemKey(item))
  }
  raiseItem(portal, item, 'DELETE', cause)
}

function buildItem(world: World, given: NewItem, now: Date): Item {
  const { entityTypeId } = given
  const type = typeOf(world, entityTypeId)
  if (!type) throw new Error(`There is no item type ${entityTypeId} in this portal`)
  const categoryId = type.hasCategories ? (given.categoryId ?? defaultCategory(world, entityTypeId)?.id ?? 0) : null
  const kind = `item ${entityTypeId}`
  const id = given.id === undefined ? nextId(world, kind) : reserveId(world, kind, given.id)
  const author = given.createdBy ?? given.assignedById ?? 1
  return {
    title: `${type.title} ${id}`,
    stageId: type.hasStages ? (stagesOf(world, entityTypeId, categoryId)[0]?.stageId ?? null) : null,
    previousStageId: null,
    assignedById: author,
    createdBy: author,
    updatedBy: author,
    movedBy: author,
    createdTime: now,
    updatedTime: now,
    movedTime: now,
    contactIds: [],
    companyId: 0,
    observers: [],
    opportunity: 0,
    currencyId: 'EUR',
    webformId: 0,
    phones: [],
    emails: [],
    ...given,
    id,
    categoryId,
  }
}

/** What nobody did (robots, customers) leaves the last editor standing. */
function authorship(item: Item, cause: Cause): Partial<Item> {
  return { updatedBy: cause.userId ?? item.updatedBy, updatedTime: cause.at ?? new Date() }
}

function moved(
  portal: PortalState,
  item: Item,
  before: { stageId: string | null; categoryId: number | null },
  cause: Cause,
): void {
  const elsewhere = item.categoryId !== before.categoryId
  item.previousStageId = before.stageId
  item.movedBy = cause.userId ?? item.movedBy
  item.movedTime = cause.at ?? new Date()
  recordStage(portal.world, item, elsewhere ? 5 : semanticsOf(portal.world, item) === 'P' ? 2 : 3, cause)
  if (!elsewhere || item.entityTypeId !== DEAL) return
  const fields = { ID: String(item.id), CATEGORY_ID: String(item.categoryId), STAGE_ID: String(item.stageId) }
  raise(portal, 'ONCRMDEALMOVETOCATEGORY', { FIELDS: fields }, cause)
}

/** Estimates and things without stages have no history (platform.md 5.7). */
function recordStage(world: World, item: Item, typeId: 1 | 2 | 3 | 5, cause: Cause): void {
  const { entityTypeId, id: ownerId, stageId, categoryId } = item
  if (stageId === null || entityTypeId === ESTIMATE) return
  const createdTime = cause.at ?? new Date()
  const semantics = semanticsOf(world, item)
  const id = nextId(world, 'stage history')
  const by = { userId: cause.userId, byApp: cause.chain !== undefined }
  world.stageHistory.push({ id, typeId, entityTypeId, ownerId, createdTime, categoryId, stageId, semantics, ...by })
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}
