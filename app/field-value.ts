import type { Format } from './format.ts'
import type { TriggerSettings } from './model.ts'
import type { Names } from './names.ts'
import type { Translate } from './translate.ts'

type Parts = { t: Translate; names: Names; format: Format }

/** A day as the form's own field keeps it. */
const DAY = /^\d{4}-\d\d-\d\d$/

/** The value that a trigger waits for in its fields, in words: titles of options and stages, names, yes and no, days as the language writes them. */
export function expectedText(settings: Pick<TriggerSettings, 'entityTypeId' | 'fields'>, parts: Parts): string {
  const { entityTypeId, fields } = settings
  const becomes = String(fields.becomes ?? '')
  const [field, ...others] = Array.isArray(fields.fieldNames) ? fields.fieldNames.map(String) : []
  if (field === undefined || others.length > 0) return plainText(becomes, parts)
  return valueText({ entityTypeId, field }, becomes, parts)
}

/** A value of one field in words; several are kept as the engine compares them, parted by commas (`triggers.md`, Field change). */
export function valueText(
  { entityTypeId, field }: { entityTypeId: number; field: string },
  value: string,
  parts: Parts,
): string {
  const { names, format } = parts
  const said = plainText(value, parts)
  if (said !== value) return said
  const several = value.split(',')
  return several.length > 1 && several.every((one) => /^\w+$/.test(one))
    ? format.list(several.map((one) => names.value(entityTypeId, field, one)))
    : names.value(entityTypeId, field, value)
}

function plainText(value: string, { t, format }: Parts): string {
  if (value === 'Y' || value === 'N') return t(value === 'Y' ? 'common.yes' : 'common.no')
  return DAY.test(value) ? format.date(value) : value
}
