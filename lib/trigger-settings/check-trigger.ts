import type { ItemType } from '../bitrix24/directory/item-types.ts'
import type { Faults, FieldError } from '../texts/field-error.ts'
import { durationFault, fieldErrors } from '../texts/validation-errors.ts'
import { isKindCode, kinds } from '../triggers/index.ts'
import { actingUserFault } from './acting-user.ts'
import type { Author, CheckParts } from './author.ts'
import { pickedFaults } from './picked-faults.ts'
import { settingsOf, type TriggerSettings } from './settings.ts'
import { suits } from './suits.ts'
import { givenFields, type TriggerInput } from './trigger-schema.ts'

export type CheckedTrigger = { ok: true; settings: TriggerSettings } | { ok: false; faults: Faults }

/**
 * What the form cannot know by itself: whether kind, type, pipeline, stages, lists and user exist in this portal and may be
 * chosen (`triggers.md`, "What cannot be a target"). All faults at once. `types` are the portal's. `mayKeepUser` is told the settings,
 * or null where they cannot be read: true when their acting user needs no check.
 */
export async function checkTrigger(
  parts: CheckParts,
  author: Author,
  types: readonly ItemType[],
  input: TriggerInput,
  mayKeepUser: (settings: TriggerSettings | null) => boolean = () => false,
): Promise<CheckedTrigger> {
  const { memberId } = author.portal
  const faults: Record<string, FieldError> = placeFaults(input, types)
  const kind = isKindCode(input.kind) ? input.kind : null
  const read = kind && kinds[kind].fieldSchema.safeParse(givenFields(input), { reportInput: true })
  const settings = kind && read?.success ? settingsOf(input, kind, read.data, author.language) : null
  const userFault = mayKeepUser(settings) ? null : await actingUserFault(parts, author, input.changeStageAs)
  if (userFault) faults['changeStageAs.userId'] = userFault
  if (kind === null || read === null) return { ok: false, faults: { ...faults, kind: { key: 'invalid.kind' } } }
  if (!faults.entityTypeId && !suits(kind, input.entityTypeId)) faults.entityTypeId = { key: 'invalid.kind-type' }

  const fieldFaults = read.success
    ? await pickedFaults(parts, memberId, kinds[kind].fields, read.data, input.entityTypeId)
    : fieldErrors(read.error)
  const durations = new Set<string>(kinds[kind].fields.flatMap(({ name, type }) => (type === 'number' ? [name] : [])))
  for (const [path, fault] of Object.entries(fieldFaults)) {
    faults[`fields.${path}`] = durations.has(path) ? durationFault(fault) : fault
  }
  if (settings === null || Object.keys(faults).length > 0) return { ok: false, faults }
  return { ok: true, settings }
}

/** Faults of the place: type, pipeline, target and allowed stages. */
function placeFaults(input: TriggerInput, types: readonly ItemType[]): Record<string, FieldError> {
  const type = types.find(({ entityTypeId }) => entityTypeId === input.entityTypeId)
  if (!type) return { entityTypeId: { key: 'invalid.entity-type' } }
  const pipeline = type.pipelines.find(({ categoryId }) => categoryId === input.categoryId)
  if (!pipeline) return { categoryId: { key: 'invalid.pipeline' } }
  const faults: Record<string, FieldError> = {}
  const stage = pipeline.stages.find(({ stageId }) => stageId === input.stageId)
  if (!stage) faults.stageId = { key: 'invalid.stage' }
  else if (!stage.canBeTarget) faults.stageId = { key: 'invalid.stage-target' }
  const known = new Set(pipeline.stages.map(({ stageId }) => stageId))
  if (input.fromStages.some((stageId) => !known.has(stageId))) faults.fromStages = { key: 'invalid.stage' }
  return faults
}
