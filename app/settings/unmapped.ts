/** A trigger's place and kind: without one of them it is not made. */
const indispensable = new Set(['kind', 'entityTypeId', 'categoryId', 'stageId'])

/** What an import could not take over: of which trigger, which setting, and the value that it had elsewhere. */
export type Unmapped = { name: string; field: string; value: unknown }

/** Which sentence tells it: the trigger was not made, acts as the responsible person, or is without the setting. */
export function unmappedKey({ name, field }: Unmapped, created: readonly { name: string }[]): string {
  if (indispensable.has(field) || !created.some((trigger) => trigger.name === name)) return 'transfer.not-made'
  return field === 'changeStageAs' ? 'transfer.as-responsible' : 'transfer.left-out'
}

export function unmappedValue({ value }: Unmapped): string {
  if (value === null || value === undefined) return '–'
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
