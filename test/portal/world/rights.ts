import { itemKey, stageKey } from './ids.ts'
import type { Item, ItemRef } from './item.ts'
import type { Reach, Rights, User } from './user.ts'
import type { World } from './world.ts'

/** Rights of an ordinary employee: everything in CRM, nothing in telephony and channel settings. */
export function employeeRights(given: Partial<Rights> = {}): Rights {
  return {
    read: 'all',
    edit: 'all',
    items: new Map(),
    forbiddenStages: new Set(),
    telephonyStatistics: false,
    manageNumbers: false,
    openLineHistory: false,
    app: true,
    ...given,
  }
}

export function canRead(world: World, user: User, ref: ItemRef): boolean {
  return reaches(world, user, ref, 'read')
}

export function canEdit(world: World, user: User, ref: ItemRef): boolean {
  return reaches(world, user, ref, 'edit')
}

export function canMoveTo(user: User, entityTypeId: number, stageId: string): boolean {
  return !user.rights.forbiddenStages.has(stageKey(entityTypeId, stageId))
}

/** Reading an activity or a list needs the right on at least one item. */
export function canReadAny(world: World, user: User, refs: ItemRef[]): boolean {
  return user.admin || refs.some((ref) => canRead(world, user, ref))
}

function reaches(world: World, user: User, ref: ItemRef, right: 'read' | 'edit'): boolean {
  const item = world.items.get(itemKey(ref))
  if (!item) return false
  const exception = user.rights.items.get(itemKey(ref))?.[right]
  if (exception !== undefined) return exception
  return user.admin || within(user, item, user.rights[right])
}

function within(user: User, item: Item, reach: Reach): boolean {
  return reach === 'all' || (reach === 'own' && item.assignedById === user.id)
}
