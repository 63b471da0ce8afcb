import { raise } from '../events/raise.ts'
import { SEED } from '../seed/names.ts'
import { pipeline, type StageRow, smartProcess } from '../seed/stages.ts'
import type { PortalState } from '../state.ts'
import { itemKey, nextId, reserveId, stageKey } from '../world/ids.ts'
import type { ItemRef, Stage } from '../world/item.ts'
import type { Rights, User } from '../world/user.ts'

export interface NewSmartProcess {
  title?: string
  entityTypeId?: number
  hasStages?: boolean
}

/** An administrator makes a smart process with one pipeline and four stages; raises ONCRMTYPEADD. Returns its ids. */
export function addSmartProcess(portal: PortalState, given: NewSmartProcess = {}) {
  const { world } = portal
  const typeId = nextId(world, 'type')
  const entityTypeId = given.entityTypeId ?? 1000 + 2 * typeId
  const { title = `Process ${typeId}`, hasStages = true } = given
  const categoryId = nextId(world, 'category')
  world.types.set(entityTypeId, smartProcess(entityTypeId, typeId, title, hasStages))
  world.categories.push({ id: categoryId, entityTypeId, name: 'Main', sort: 100, isDefault: true })
  if (hasStages) {
    const row = (name: string, sort: number, semantics: Stage['semantics'] = null): StageRow => {
      return [nextId(world, 'stage'), `DT${entityTypeId}_${categoryId}:${name}`, name, sort, semantics]
    }
    const rows = [row('NEW', 10), row('WORK', 20), row('SUCCESS', 30, 'S'), row('FAIL', 40, 'F')]
    world.stages.push(...pipeline(entityTypeId, categoryId, rows))
  }
  raise(portal, 'ONCRMTYPEADD', { FIELDS: { ID: String(typeId) } }, { userId: SEED.users.admin })
  return { typeId, entityTypeId, categoryId }
}

export interface NewStage {
  entityTypeId: number
  categoryId: number | null
  name: string
  sort: number
  semantics?: Stage['semantics']
  stageId?: string
  requiredFields?: string[]
}

/** An administrator adds a stage. Returns its stage id. */
export function addStage({ world }: PortalState, given: NewStage): string {
  const { entityTypeId, categoryId, name, sort, semantics = null, requiredFields = [] } = given
  const sibling = world.stages.find((one) => one.entityTypeId === entityTypeId && one.categoryId === categoryId)
  const prefix = sibling?.stageId.includes(':') ? `${sibling.stageId.split(':')[0]}:` : ''
  const id = nextId(world, 'stage')
  const stageId = given.stageId ?? `${prefix}UC_${id.toString(36).toUpperCase()}`
  const [stage] = pipeline(entityTypeId, categoryId, [[id, stageId, name, sort, semantics]])
  if (stage) world.stages.push({ ...stage, requiredFields })
  return stageId
}

/** An administrator deletes a stage. Items that stand there keep it. */
export function deleteStage({ world }: PortalState, entityTypeId: number, stageId: string): void {
  world.stages = world.stages.filter((stage) => stage.entityTypeId !== entityTypeId || stage.stageId !== stageId)
}

/** A new employee. Returns the id. */
export function addUser(
  { world }: PortalState,
  given: Partial<Omit<User, 'rights'>> & { rights?: Partial<Rights> } = {},
): number {
  const id = given.id === undefined ? nextId(world, 'user') : reserveId(world, 'user', given.id)
  const model = world.users.get(SEED.users.sam)
  if (!model) throw new Error('Sam is the model of new employees and must not be removed')
  const rights = { ...structuredClone(model.rights), ...given.rights }
  world.users.set(id, { ...model, name: 'New', lastName: `Employee ${id}`, ...given, id, rights })
  return id
}

/** Dismisses an employee: his tokens are refused from now on (platform.md 2.5). */
export function dismissUser(portal: PortalState, userId: number): void {
  requireUser(portal, userId).active = false
}

export function revokeStageRight(portal: PortalState, userId: number, entityTypeId: number, stageId: string): void {
  requireUser(portal, userId).rights.forbiddenStages.add(stageKey(entityTypeId, stageId))
}

export function grantStageRight(portal: PortalState, userId: number, entityTypeId: number, stageId: string): void {
  requireUser(portal, userId).rights.forbiddenStages.delete(stageKey(entityTypeId, stageId))
}

/** Forbids or allows one item to one user, whatever his general rights are. */
export function setItemRight(
  portal: PortalState,
  userId: number,
  ref: ItemRef,
  right: { read?: boolean; edit?: boolean },
): void {
  requireUser(portal, userId).rights.items.set(itemKey(ref), right)
}

/** Changes a user's general rights. */
export function setRights(portal: PortalState, userId: number, rights: Partial<Rights>): void {
  Object.assign(requireUser(portal, userId).rights, rights)
}

function requireUser({ world }: PortalState, userId: number): User {
  const user = world.users.get(userId)
  if (!user) throw new Error(`There is no user ${userId} in this portal`)
  return user
}
