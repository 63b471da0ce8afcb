import type { ItemRef } from './item.ts'
import type { World } from './world.ts'

/** The next id of its kind: ids grow and are never given out twice. */
export function nextId(world: World, kind: string): number {
  const id = (world.lastIds.get(kind) ?? 0) + 1
  world.lastIds.set(kind, id)
  return id
}

/** Takes a wanted id, so that `nextId` goes on above it. */
export function reserveId(world: World, kind: string, id: number): number {
  world.lastIds.set(kind, Math.max(id, world.lastIds.get(kind) ?? 0))
  return id
}

/** The key of an item in `world.items`. */
export function itemKey({ entityTypeId, id }: ItemRef): string {
  return `${entityTypeId}:${id}`
}

/** The name of a stage in a user's rights: the same `NEW` exists for leads and for deals. */
export function stageKey(entityTypeId: number, stageId: string): string {
  return `${entityTypeId}:${stageId}`
}
