import { saveItem } from '../../changes/items.ts'
import { typeOf } from '../../world/entity-types.ts'
import { fieldsOf } from '../../world/fields.ts'
import type { FieldDefinition, Item, Stage } from '../../world/item.ts'
import { canEdit, canMoveTo } from '../../world/rights.ts'
import { defaultCategory, findStage, stagesOf } from '../../world/stages.ts'
import { RestError, refuse } from '../error.ts'
import { type Call, causeOf, type Methods, type Outcome, spend } from '../method.ts'
import { text, toInteger } from '../params.ts'
import { asList, asMap } from '../php.ts'
import { itemAnswer, readableItem } from './crm-item.ts'

/** Changing an item with all checks that REST makes and the portal's own triggers do not (platform.md 5.6, 10.13). */
export const crmItemUpdate: Methods = {
  'crm.item.update': { scopes: ['crm'], intranetOnly: true, run: update },
}

async function update(call: Call): Promise<Outcome> {
  const { portal, user, params } = call
  const item = readableItem(call)
  if (!canEdit(portal.world, user, item)) throw refuse.accessDenied()
  if (params.fields === undefined) throw refuse.missing('fields')
  const change = checkStage(call, item, readFields(call, item, asMap(params.fields)))
  const stageBefore = item.stageId
  saveItem(portal, item, change, causeOf(call))
  if (item.stageId !== stageBefore) await spend(call, portal.world.automationSeconds)
  return itemAnswer(call, item)
}

/** The values of known, writable fields in their own type. Everything else is ignored without a word. */
function readFields({ portal }: Call, item: Item, given: Record<string, unknown>): Partial<Item> {
  const change: Record<string, unknown> = {}
  for (const field of fieldsOf(portal.world, item.entityTypeId)) {
    if (field.readOnly || given[field.name] === undefined) continue
    if (field.name === 'contactId') change.contactIds = asList(given.contactId).map(Number).filter(Boolean)
    else
      change[field.name] = field.multiple
        ? asList(given[field.name]).map((one) => read(field, one))
        : read(field, given[field.name])
  }
  return change
}

function read(field: FieldDefinition, value: unknown): unknown {
  if (field.type === 'double') return Number(value) || 0
  if (field.type === 'boolean') return ['Y', '1', 'true'].includes(String(value)) ? 'Y' : 'N'
  if (field.type !== 'integer' && field.type !== 'user') return value === null ? null : text(value)
  const whole = value === null || value === '' ? 0 : toInteger(value)
  if (whole === undefined) throw invalid(field.title)
  return whole
}

/** Does the stage exist, is it of the pipeline, may this user move there, is everything filled in that it demands? */
function checkStage(call: Call, item: Item, change: Partial<Item>): Partial<Item> {
  const { portal, user } = call
  const { entityTypeId } = item
  const categoryId = change.categoryId ?? pipelineOf(call, item)
  const pipelineChanges = categoryId !== item.categoryId
  const pipeline = stagesOf(portal.world, entityTypeId, categoryId)
  if (pipelineChanges && pipeline.length === 0) throw invalid('Pipeline')
  const wanted = change.stageId ?? (pipelineChanges ? pipeline[0]?.stageId : item.stageId)
  if (wanted === undefined || wanted === null || wanted === item.stageId) return change
  const stage = pipeline.find((candidate) => candidate.stageId === wanted)
  if (!stage) return withoutStage(call, item, change, wanted)
  if (!canMoveTo(user, entityTypeId, stage.stageId)) {
    throw refuse.legacy('You do not have sufficient permissions to change the stage')
  }
  if (!pipelineChanges) checkRequired(call, { ...item, ...change } as Item, stage)
  return { ...change, ...(pipelineChanges ? { categoryId } : {}), stageId: stage.stageId }
}

/** The pipeline of an update that names none: the item's own or, by a switch, the main one of its smart process. */
function pipelineOf({ portal }: Call, { entityTypeId, categoryId }: Item): number | null {
  const isSmartProcess = typeof typeOf(portal.world, entityTypeId)?.typeId === 'number'
  if (!isSmartProcess || portal.switches.omittedCategory === 'kept') return categoryId
  return defaultCategory(portal.world, entityTypeId)?.id ?? categoryId
}

/** A stage of another pipeline is refused or ignored, by a switch; one that does not exist is always refused. */
function withoutStage(call: Call, item: Item, change: Partial<Item>, wanted: string): Partial<Item> {
  const elsewhere = findStage(call.portal.world, item.entityTypeId, wanted)
  if (!elsewhere || call.portal.switches.crossPipelineStage !== 'ignored') throw invalid('Stage')
  const { stageId: _, ...rest } = change
  return rest
}

function checkRequired({ portal }: Call, item: Item, stage: Stage): void {
  const empty = stage.requiredFields.filter((name) => !item[name])
  if (empty.length === 0) return
  const titles = fieldsOf(portal.world, item.entityTypeId).filter((field) => empty.includes(field.name))
  const named = titles.map((field) => `"${field.title}"`).join(', ')
  throw new RestError('CRM_FIELD_ERROR_REQUIRED', `Required fields are not filled in: ${named}`)
}

function invalid(title: string): RestError {
  return new RestError('CRM_FIELD_ERROR_VALUE_NOT_VALID', `Invalid value of field "${title}"`)
}
