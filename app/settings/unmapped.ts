/** A trigger's place and kind: without one of them it is not made. */
const indispensable = new Set(['kind', 'entityTypeId', 'categoryId', 'stageId'])

/** What an import could not take over: of which trigger, and which setting. The value is an id of another portal. */
export type Unmapped = { name: string; field: string }

/** Which sentence tells it: the trigger was not made, acts as the responsible person, or is without the setting. */
export function unmappedKey({ name, field }: Unmapped, created: readonly { name: string }[]): string {
  if (indispensable.has(field) || !created.some((trigger) => trigger.name === name)) return 'transfer.not-made'
  return field === 'changeStageAs' ? 'transfer.as-responsible' : 'transfer.left-out'
}
