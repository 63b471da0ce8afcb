import { INVOICE, isLooselyBound } from '../../lib/domain/entity-types.ts'
import type { FieldDescription, Kind, TriggerSettings } from '../model.ts'
import { isWhole } from './duration.ts'

/** A new trigger of that kind as the form first shows it: the defaults of `design.md` 7. */
export function newDraft(
  kind: Kind,
  place: Pick<TriggerSettings, 'entityTypeId' | 'categoryId' | 'stageId'>,
): TriggerSettings {
  return {
    kind: kind.kind,
    name: kind.title,
    ...place,
    fromStages: [],
    changeStageAs: { type: 'responsible' },
    // A paid invoice stands in a final stage, which only such a trigger may leave (`triggers.md`, Payments).
    allowMovingBack: kind.kind === 'payment-received' && place.entityTypeId === INVOICE,
    fields: Object.fromEntries(kind.fields.map((field) => [field.name, startOf(field)])),
    whenSeveral: 'all',
    viaClient: isLooselyBound(place.entityTypeId),
    ifNoAccess: 'installer',
    mode: 'live',
    enabled: true,
  }
}

/** The settings of a trigger, apart from what only the server writes; fields that are not set yet take their defaults. */
export function draftOf(trigger: TriggerSettings, kind: Kind | undefined): TriggerSettings {
  const settings = settingsOf(trigger)
  const fields = { ...trigger.fields }
  for (const field of kind?.fields ?? []) fields[field.name] ??= startOf(field)
  return copyOf({ ...settings, fields })
}

/** What a manager sets, without what only the server writes. */
export function settingsOf(trigger: TriggerSettings): TriggerSettings {
  const { kind, name, entityTypeId, categoryId, stageId, fromStages, changeStageAs, allowMovingBack } = trigger
  const { fields, whenSeveral, viaClient, ifNoAccess, mode, enabled } = trigger
  const place = { kind, name, entityTypeId, categoryId, stageId, fromStages, changeStageAs, allowMovingBack }
  return { ...place, fields, whenSeveral, viaClient, ifNoAccess, mode, enabled }
}

/** Settings are JSON. (What Vue watches cannot be cloned otherwise.) */
export function copyOf(settings: TriggerSettings): TriggerSettings {
  return JSON.parse(JSON.stringify(settings))
}

/** Do two drafts say the same? Empty values all mean "any". */
export function isSameDraft(one: TriggerSettings, other: TriggerSettings): boolean {
  return JSON.stringify(comparable(one)) === JSON.stringify(comparable(other))
}

/** What the form itself can tell of a field: it is required and empty, or is no whole number. */
export type Fault = 'required' | 'whole-number'

/** The faults that the form itself can tell, by path. */
export function faultsOf(draft: TriggerSettings, kind: Kind): Record<string, Fault> {
  const faults: Record<string, Fault> = {}
  if (draft.name.trim() === '') faults.name = 'required'
  for (const { name, required, type } of kind.fields) {
    const value = draft.fields[name]
    if (required && isEmpty(value)) faults[`fields.${name}`] = 'required'
    else if (type === 'number' && !isEmpty(value) && !isWhole(value)) faults[`fields.${name}`] = 'whole-number'
  }
  if (draft.stageId === '') faults.stageId = 'required'
  return faults
}

/** The value at an API's path such as `fields.url`. */
export function valueAt(draft: TriggerSettings, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], draft)
}

function comparable(draft: TriggerSettings) {
  const fields = Object.entries(draft.fields).filter(([, value]) => !isEmpty(value))
  return { ...draft, fields: Object.fromEntries(fields.toSorted(([a], [b]) => a.localeCompare(b))) }
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === ''
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0)
}

function startOf(field: FieldDescription): unknown {
  if (Array.isArray(field.default)) return [...field.default]
  return field.default ?? (field.type === 'itemFields' ? [] : null)
}
