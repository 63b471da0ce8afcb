import { saveItem } from '../../changes/items.ts'
import { NOBODY } from '../../events/auth.ts'
import type { PortalState } from '../../state.ts'
import { itemKey } from '../../world/ids.ts'
import type { Item, Stage } from '../../world/item.ts'
import { canEdit, canMoveTo, canRead } from '../../world/rights.ts'
import { stagesOf } from '../../world/stages.ts'
import { RestError, refuse } from '../error.ts'
import { readFields, type Target, targetStage, type Wanted } from '../item-change.ts'
import { itemFields } from '../item-fields.ts'
import { type Call, causeOf, type Methods, type Outcome, spend } from '../method.ts'
import { asMap } from '../php.ts'
import { refusal } from '../refusals.ts'
import { itemAnswer, requiredItem } from './crm-item.ts'

/** Changing an item with all checks that REST makes and the portal's own triggers do not (platform.md 5.6, 10.13). */
export const crmItemUpdate: Methods = {
  'crm.item.update': { scopes: ['crm'], intranetOnly: true, universal: true, run: update },
}

async function update(call: Call): Promise<Outcome> {
  const { portal, params } = call
  if (params.fields === undefined || params.fields === null) throw refuse.missing('fields')
  if (typeof params.fields !== 'object') throw refuse.wrongType('fields', params.fields, 'array')
  const item = requiredItem(call)
  const wanted = readFields(portal, item, asMap(params.fields))
  const target = targetStage(portal, item, wanted.change)
  check(call, item, wanted, target)
  const { categoryId: _, stageId: __, ...others } = wanted.change
  const before = item.stageId
  const saved = saveItem(portal, item, { ...others, ...target.place }, causeOf(call))
  if (item.stageId !== before) {
    await spend(call, portal.world.automationSeconds)
    runRule(portal, item, before)
  }
  if (saved) failAfterSaving(portal)
  return itemAnswer(call, item)
}

/** The checks before saving, in the server's order: the first that fails is told. */
function check(call: Call, item: Item, { change, invalid }: Wanted, target: Target): void {
  const { portal, user } = call
  const { world, switches } = portal
  const { entityTypeId } = item
  if (!canRead(world, user, item) || !canEdit(world, user, item)) throw refusal(portal, 'updateDenied')
  if (world.restrictedTypes.has(entityTypeId)) throw refusal(portal, 'updateRestricted')
  if (target.stage && !canMoveTo(user, entityTypeId, target.stage.stageId)) throw refusal(portal, 'stageDenied')
  if (target.pipelineChanges && world.runningWorkflows.has(itemKey(item))) throw refusal(portal, 'runningWorkflows')
  const [wrong] = invalid
  if (wrong) throw refusal(portal, 'invalidValue', wrong.title)
  if (target.unfit === 'pipeline') throw refusal(portal, 'invalidValue', 'Pipeline')
  if (target.unfit === 'stage' && switches.crossPipelineStage !== 'put back')
    throw refusal(portal, 'invalidValue', 'Stage')
  if (target.stage && !target.pipelineChanges && switches.requiredFieldsOverRest === 'on') {
    checkRequired(portal, { ...item, ...change }, target.stage)
  }
}

/** The text names the first missing field only. */
function checkRequired(
  portal: PortalState,
  item: Record<string, unknown>,
  { entityTypeId, requiredFields }: Stage,
): void {
  const fields = itemFields(portal, entityTypeId)
  const missing = fields.find(({ name }) => requiredFields.includes(name) && !item[name])
  if (missing) throw refusal(portal, 'requiredField', missing.title)
}

/** By the switch, a rule of the new stage moves the item on within the open stages, or back; the history shows both moves. */
function runRule(portal: PortalState, item: Item, before: string | null): void {
  const { automationMoves } = portal.switches
  const stages = stagesOf(portal.world, item.entityTypeId, item.categoryId)
  const next = stages[stages.findIndex(({ stageId }) => stageId === item.stageId) + 1]
  const onward = next?.semantics === null ? next.stageId : null
  const to = automationMoves === 'on' ? onward : automationMoves === 'back' ? before : null
  if (to !== null && stages.some(({ stageId }) => stageId === to)) saveItem(portal, item, { stageId: to }, NOBODY)
}

/** By the switch, what follows the saving fails, though the item is saved (platform.md 5.6). */
function failAfterSaving({ switches }: PortalState): void {
  const texts = {
    '0': 'The automation rules could not be started',
    '400': 'Mysql query error: (1205) Lock wait timeout exceeded; try restarting transaction',
    ERROR_CORE: 'Internal error while saving the timeline',
  }
  const code = switches.saysErrorAfterSaving
  if (code !== 'never') throw new RestError(code, texts[code])
}
