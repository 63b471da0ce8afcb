import { raise } from '../events/raise.ts'
import { SEED } from '../seed/names.ts'
import type { PortalState } from '../state.ts'
import { itemKey } from '../world/ids.ts'
import type { EntityType, FieldDefinition, ItemRef } from '../world/item.ts'

/**
 * An administrator deletes a smart process: its items and their bindings go, its fields, pipelines, widgets and the handlers of its
 * own events (platform.md 4.2, 5.6). From now on every method refuses it. Raises ONCRMTYPEDELETE.
 */
export function deleteSmartProcess(portal: PortalState, entityTypeId: number): void {
  const { world } = portal
  const { typeId } = requireSmartProcess(portal, entityTypeId)
  const isOther = (one: { entityTypeId: number }) => one.entityTypeId !== entityTypeId
  world.types.delete(entityTypeId)
  world.customFields.delete(entityTypeId)
  world.items = new Map([...world.items].filter(([, item]) => isOther(item)))
  for (const activity of world.activities.values()) activity.bindings = activity.bindings.filter(isOther)
  Object.assign(world, {
    categories: world.categories.filter(isOther),
    stages: world.stages.filter(isOther),
    stageHistory: world.stageHistory.filter(isOther),
    placements: world.placements.filter(({ placement }) => !placement.startsWith(`CRM_DYNAMIC_${entityTypeId}_`)),
    bindings: world.bindings.filter(({ event }) => !event.endsWith(`_${entityTypeId}`)),
  })
  raise(portal, 'ONCRMTYPEDELETE', { FIELDS: { ID: String(typeId) } }, { userId: SEED.users.admin })
}

/** An administrator takes the client field from a smart process; what it holds stays in the database. */
export function switchOffClientField(portal: PortalState, entityTypeId: number): void {
  requireSmartProcess(portal, entityTypeId).hasClient = false
}

/** An administrator switches a smart process's stages off; items keep theirs, unseen. */
export function switchOffStages(portal: PortalState, entityTypeId: number): void {
  requireSmartProcess(portal, entityTypeId).hasStages = false
}

/** An administrator deletes a pipeline. The portal does so only when no item is in it. */
export function deletePipeline({ world }: PortalState, entityTypeId: number, categoryId: number): void {
  const isIt = (one: { entityTypeId: number }, id: number | null) =>
    one.entityTypeId === entityTypeId && id === categoryId
  const full = [...world.items.values()].some((item) => isIt(item, item.categoryId))
  if (full) throw new Error(`Pipeline ${categoryId} of type ${entityTypeId} still holds items`)
  world.categories = world.categories.filter((category) => !isIt(category, category.id))
  world.stages = world.stages.filter((stage) => !isIt(stage, stage.categoryId))
}

/** An administrator adds a custom field (`ufCrm…`) to a kind of items. */
export function addField({ world }: PortalState, entityTypeId: number, field: FieldDefinition): void {
  world.customFields.set(entityTypeId, [...(world.customFields.get(entityTypeId) ?? []), field])
}

/** An administrator adds an entry to one of CRM's lists that hold no stages, such as `SOURCE` (platform.md 5.7). */
export function addListEntry({ world }: PortalState, entityId: string, { code, title }: ListEntry): void {
  const ids = world.stages.map(({ id }) => id)
  const place = { id: Math.max(0, ...ids) + 1, entityTypeId: 0, categoryId: null, entityId }
  const look = { sort: 10 * (ids.length + 1), semantics: null, color: '', system: false, requiredFields: [] }
  world.stages.push({ ...place, ...look, stageId: code, name: title })
}

type ListEntry = { code: string; title: string }

/** An administrator deletes a custom field: filters that name it are refused, answers lack it. */
export function deleteField({ world }: PortalState, entityTypeId: number, name: string): void {
  const kept = (world.customFields.get(entityTypeId) ?? []).filter((field) => field.name !== name)
  world.customFields.set(entityTypeId, kept)
  for (const item of world.items.values()) if (item.entityTypeId === entityTypeId) delete item[name]
}

/** A workflow begins at an item: its pipeline cannot be changed until `endWorkflow`. */
export function startWorkflow({ world }: PortalState, ref: ItemRef): void {
  world.runningWorkflows.add(itemKey(ref))
}

export function endWorkflow({ world }: PortalState, ref: ItemRef): void {
  world.runningWorkflows.delete(itemKey(ref))
}

/** The plan no longer lets anybody edit the items of a smart process, or does again. */
export function restrictEditing({ world }: PortalState, entityTypeId: number, restricted = true): void {
  if (restricted) world.restrictedTypes.add(entityTypeId)
  else world.restrictedTypes.delete(entityTypeId)
}

function requireSmartProcess({ world }: PortalState, entityTypeId: number): EntityType {
  const type = world.types.get(entityTypeId)
  if (!type || type.typeId === null) throw new Error(`There is no smart process ${entityTypeId} in this portal`)
  return type
}
