/** A moment with its zone: the portal writes the same one differently in summer and winter. */
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** Of a decimal: the zeros at its end, with the point if nothing else is behind it. Only where they begin, so that it takes one look. */
const ZEROS = /(?:\.|(?<![.0]))0+$/

/**
 * The value of a field as text (`triggers.md`, "Payments and fields"): numbers without trailing zeros, yes/no as Y/N, lists sorted
 * and joined by a comma, moments in UTC; empty when the field is.
 */
export function fieldText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'Y' : 'N'
  if (Array.isArray(value)) return sorted(value.map(fieldText)).join(',')
  if (typeof value === 'object') return objectText(value)
  const text = String(value).trim()
  if (moment.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString()
  return /^-?\d+\.\d+$/.test(text) ? text.replace(ZEROS, '') : text
}

/** Files are told apart by their ids: their addresses change with every reading. */
function objectText(value: object): string {
  if ('id' in value) return fieldText(value.id)
  const entries = Object.entries(value).map(([name, one]) => `${name}:${fieldText(one)}`)
  return entries.sort().join(',')
}

/** Ids by their number, anything else as text. */
function sorted(texts: string[]): string[] {
  const areNumbers = texts.every((text) => text !== '' && Number.isFinite(Number(text)))
  return areNumbers ? texts.sort((one, other) => Number(one) - Number(other)) : texts.sort()
}
