import type { PortalState } from '../state.ts'
import type { FieldDefinition, Item, Stage } from '../world/item.ts'
import { findStage, stagesOf } from '../world/stages.ts'
import { callerClock } from './filter/caller-clock.ts'
import { readMoment } from './filter/moments.ts'
import { itemFields } from './item-fields.ts'
import { text, toInteger } from './params.ts'
import { asList } from './php.ts'

/** The values of known, writable fields in their own type, and those that cannot be read. Everything else is ignored without a word. */
export interface Wanted {
  change: Partial<Item>
  invalid: FieldDefinition[]
}

export function readFields(portal: PortalState, item: Item, given: Record<string, unknown>): Wanted {
  const change: Record<string, unknown> = {}
  const invalid: FieldDefinition[] = []
  for (const field of itemFields(portal, item.entityTypeId)) {
    if (field.readOnly || given[field.name] === undefined) continue
    const values = field.multiple || field.name === 'contactId' ? asList(given[field.name]) : [given[field.name]]
    const read = values.map((value) => readValue(portal, field, value))
    if (read.includes(undefined)) invalid.push(field)
    else if (field.name === 'contactId') change.contactIds = read.filter(Boolean)
    else change[field.name] = field.multiple ? read : read[0]
  }
  return { change, invalid }
}

/** Undefined: not of the field's type. */
function readValue(portal: PortalState, { type }: FieldDefinition, value: unknown): unknown {
  if (type === 'date' || type === 'datetime') {
    return value === null || value === '' ? null : readMoment(value, callerClock(portal).minutes)?.at
  }
  if (type === 'double') return Number(value) || 0
  if (type === 'boolean') return ['Y', '1', 'true'].includes(String(value)) ? 'Y' : 'N'
  const isNumber = ['integer', 'user', 'crm_contact', 'crm_company', 'crm_category', 'crm_entity', 'enumeration']
  if (!isNumber.includes(type)) return value === null ? null : text(value)
  return value === null || value === '' ? 0 : toInteger(value)
}

/** Where the item goes. `unfit`: no such stage, or no such pipeline. */
export interface Target {
  place: { categoryId?: number | null; stageId?: string | null }
  pipelineChanges: boolean
  /** Null where the stage stays. */
  stage: Stage | null
  unfit: 'stage' | 'pipeline' | null
}

/**
 * A stage that is none of the pipeline is put back in silence; with a new pipeline an unfit stage becomes the first of the same
 * semantics (platform.md 5.6). Where stages are switched off nothing moves.
 */
export function targetStage({ world }: PortalState, item: Item, change: Partial<Item>): Target {
  const categoryId = change.categoryId ?? item.categoryId
  const pipelineChanges = categoryId !== item.categoryId
  const stages = stagesOf(world, item.entityTypeId, categoryId)
  const wanted = change.stageId ?? item.stageId
  const fit = stages.find(({ stageId }) => stageId === wanted)
  const stays: Target = { place: {}, pipelineChanges: false, stage: null, unfit: null }
  if (
    pipelineChanges &&
    !world.categories.some(({ id, entityTypeId }) => id === categoryId && entityTypeId === item.entityTypeId)
  ) {
    return { ...stays, unfit: 'pipeline' }
  }
  if (!pipelineChanges && !fit) return { ...stays, unfit: change.stageId === undefined ? null : 'stage' }
  const semantics = findStage(world, item.entityTypeId, wanted)?.semantics ?? null
  const stage = fit ?? stages.find((one) => one.semantics === semantics) ?? stages[0] ?? null
  const place = { categoryId, stageId: stage?.stageId ?? item.stageId }
  return { place, pipelineChanges, stage: place.stageId === item.stageId ? null : stage, unfit: null }
}
