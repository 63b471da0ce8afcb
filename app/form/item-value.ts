import type { ItemFieldChoice, Stage } from '../model.ts'

/** What the form offers for a value: one or several of a list, an employee, a day, or a line of text. */
export type ValueControl = 'choice' | 'choices' | 'user' | 'date' | 'number' | 'text'

/** Something to choose, and how it reads. */
type Item = { id: string; label: string }

/** The control for a value of this field; what was typed before and does not fit a control stays a text. */
export function inputOf(field: ItemFieldChoice | undefined, value: string | null): ValueControl {
  switch (field?.input) {
    case 'choice':
      return field.isMultiple ? 'choices' : 'choice'
    case 'yes-no':
    case 'stage':
      return 'choice'
    case 'user':
      return field.isMultiple || !/^\d*$/.test(value ?? '') ? 'text' : 'user'
    case 'date':
      return field.isMultiple || !/^(\d{4}-\d\d-\d\d)?$/.test(value ?? '') ? 'text' : 'date'
    case 'number':
      return 'number'
    default:
      return 'text'
  }
}

/** What a list offers: options of the field, the stages of the trigger's pipeline, or yes and no. */
export function choicesOf(
  field: ItemFieldChoice | undefined,
  stages: readonly Stage[],
  words: { yes: string; no: string },
): Item[] {
  if (field?.input === 'stage') return stages.map(({ stageId, title }) => ({ id: stageId, label: title }))
  if (field?.input === 'yes-no') {
    return [
      { id: 'Y', label: words.yes },
      { id: 'N', label: words.no },
    ]
  }
  return (field?.options ?? []).map(({ id, title }) => ({ id, label: title }))
}

/** The values that stand in one text: of a field with several, each by itself. */
export function parted(value: string | null, field: ItemFieldChoice | undefined): string[] {
  if (!value) return []
  return field?.isMultiple ? value.split(',').map((one) => one.trim()) : [value]
}

/** Several ids as the engine writes a list: sorted by number, parted by commas (`triggers.md`, Field change). */
export function joined(ids: readonly string[]): string | null {
  const areNumbers = ids.every((id) => /^\d+$/.test(id))
  const sorted = areNumbers ? ids.toSorted((one, other) => Number(one) - Number(other)) : ids.toSorted()
  return sorted.length === 0 ? null : sorted.join(',')
}
