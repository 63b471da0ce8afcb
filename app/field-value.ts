import type { Format } from './format.ts'
import type { TriggerSettings } from './model.ts'
import type { Names } from './names.ts'

type Parts = { names: Names; format: Format }

/**
 * The value that a trigger waits for in its fields, in words: titles of options and stages, names, yes and no, days as the language writes them.
 * Of several fields the first that has a word for it says it.
 */
export function expectedText(settings: Pick<TriggerSettings, 'entityTypeId' | 'fields'>, parts: Parts): string {
  const { entityTypeId, fields } = settings
  const becomes = String(fields.becomes ?? '')
  const watched = Array.isArray(fields.fieldNames) ? fields.fieldNames.map(String) : []
  const said = watched.map((field) => valueText({ entityTypeId, field }, becomes, parts))
  return said.find((text) => text !== becomes) ?? becomes
}

/** A value of one field in words; several are kept as the engine compares them, parted by commas (`triggers.md`, Field change). */
export function valueText(
  { entityTypeId, field }: { entityTypeId: number; field: string },
  value: string,
  { names, format }: Parts,
): string {
  const several = value.split(',')
  return several.length > 1 && several.every((one) => /^[\w:|-]+$/.test(one))
    ? format.list(several.map((one) => names.value(entityTypeId, field, one)))
    : names.value(entityTypeId, field, value)
}
