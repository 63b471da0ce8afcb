import { itemKey } from './ids.ts'
import type { Category, Item, Stage } from './item.ts'
import type { World } from './world.ts'

/** The stages of a pipeline as the portal orders them: SORT as a number, then the row id. */
export function stagesOf(world: World, entityTypeId: number, categoryId: number | null): Stage[] {
  return world.stages
    .filter((stage) => stage.entityTypeId === entityTypeId && stage.categoryId === categoryId)
    .sort((one, other) => one.sort - other.sort || one.id - other.id)
}

/** A stage of any pipeline of the type. */
export function findStage(world: World, entityTypeId: number, stageId: string | null): Stage | undefined {
  return world.stages.find((stage) => stage.entityTypeId === entityTypeId && stage.stageId === stageId)
}

export function categoriesOf(world: World, entityTypeId: number): Category[] {
  return world.categories
    .filter((category) => category.entityTypeId === entityTypeId)
    .sort((one, other) => one.sort - other.sort || one.id - other.id)
}

export function defaultCategory(world: World, entityTypeId: number): Category | undefined {
  return categoriesOf(world, entityTypeId).find((category) => category.isDefault)
}

/** P in progress, S success, F failure. */
export function semanticsOf(world: World, item: Item): 'P' | 'S' | 'F' {
  return findStage(world, item.entityTypeId, item.stageId)?.semantics ?? 'P'
}

/** In a stage that is neither success nor failure. */
export function isOpen(world: World, item: Item): boolean {
  return item.stageId !== null && semanticsOf(world, item) === 'P'
}

export function findItem(world: World, entityTypeId: number, id: number): Item | undefined {
  return world.items.get(itemKey({ entityTypeId, id }))
}

/** For acts, whose caller names an item that must be there. */
export function requireItem(world: World, entityTypeId: number, id: number): Item {
  const item = findItem(world, entityTypeId, id)
  if (!item) throw new Error(`There is no item ${entityTypeId}:${id} in this portal`)
  return item
}
