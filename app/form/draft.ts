import type { FieldDescription, Kind, Trigger, TriggerSettings } from '../model.ts'

/** Item types that are bound to their client only loosely (`design.md` 7: `viaClient`). */
const isLoose = (entityTypeId: number) => entityTypeId === 7 || entityTypeId === 31 || entityTypeId >= 128

const invoice = 31

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
    allowMovingBack: kind.kind === 'payment-received' && place.entityTypeId === invoice,
    fields: Object.fromEntries(kind.fields.map((field) => [field.name, startOf(field)])),
    whenSeveral: 'all',
    viaClient: isLoose(place.entityTypeId),
    ifNoAccess: 'installer',
    mode: 'live',
    enabled: true,
  }
}

/** The settings of a trigger, apart from what only the server writes; fields that are not set yet take their defaults. */
export function draftOf(trigger: Trigger, kind: Kind | undefined): TriggerSettings {
  const { id: _id, version: _version, attention: _attention, lastDays: _lastDays, ...settings } = trigger
  const fields = { ...trigger.fields }
  for (const field of kind?.fields ?? []) fields[field.name] ??= startOf(field)
  return structuredClone({ ...settings, fields })
}

/** Do two drafts say the same? Empty values all mean "any". */
export function isSameDraft(one: TriggerSettings, other: TriggerSettings): boolean {
  return JSON.stringify(comparable(one)) === JSON.stringify(comparable(other))
}

/** What the form itself can tell: required fields that are empty, by path. */
export function missingFields(draft: TriggerSettings, kind: Kind): string[] {
  const missing = kind.fields.filter(({ name, required }) => required && isEmpty(draft.fields[name]))
  const paths = missing.map(({ name }) => `fields.${name}`)
  return draft.name.trim() === '' ? ['name', ...paths] : paths
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
