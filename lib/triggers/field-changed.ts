import { z } from 'zod'
import type { Trigger } from '../domain/trigger.ts'
import { itemEvent } from './item-event.ts'
import type { Kind } from './kind.ts'
import { becomesIt } from './shown-value.ts'

declare module '../domain/kind-code.ts' {
  interface KindCodes {
    'field-changed': true
  }
}

/** A name of `crm.item.fields`; PostgreSQL keeps no zero characters. */
const text = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}*$/u)

const fieldSchema = z.strictObject({
  fieldNames: z
    .array(text(100))
    .min(1)
    .max(50)
    .transform((names) => [...new Set(names)]),
  becomes: z.string().trim().max(500).nullish(),
})

type Fields = z.infer<typeof fieldSchema>

/** Chosen fields of the item itself change. What they hold is compared, never kept. */
export const fieldChanged = {
  kind: 'field-changed',
  group: 'payments',
  shape: 'item',
  scope: 'crm',
  entityTypeIds: 'all',
  fieldSchema,
  fields: [
    { name: 'fieldNames', type: 'itemFields', required: true, default: [] },
    { name: 'becomes', type: 'itemValue', required: false, default: null },
  ],
  mayMatch(payload, trigger) {
    const event = itemEvent(payload)
    return event !== null && event !== 'malformed' && event.entityTypeId === trigger.entityTypeId
  },
  recognise(facts) {
    if (facts.shape !== 'item' || facts.changed.length === 0) return null
    const { entityTypeId, id, categoryId, updatedTime, sequence } = facts
    const key = `field-changed:${entityTypeId}:${id}:${updatedTime}`
    return {
      // The portal writes whole seconds: what changes twice in one is told apart by counting.
      key: sequence > 1 ? `${key}:${sequence}` : key,
      at: updatedTime,
      facts: { fields: facts.changed.map(({ name }) => name).join(', ') },
      place: { entityTypeId, categoryId },
    }
  },
  matches({ fieldNames, becomes }, _occurrence, facts) {
    if (facts.shape !== 'item') return false
    const changed = facts.changed.filter(({ name }) => fieldNames.includes(name))
    return becomes ? changed.some((change) => becomesIt(becomes, change)) : changed.length > 0
  },
} as const satisfies Kind<Fields>

/** The values that enabled triggers wait for in a field of a pipeline's items. */
export function expectedValues(
  triggers: readonly Trigger[],
  { entityTypeId, categoryId }: { entityTypeId: number; categoryId: number | null },
  field: string,
): string[] {
  return triggers.flatMap((trigger) => {
    if (trigger.kind !== 'field-changed' || trigger.entityTypeId !== entityTypeId) return []
    const { fieldNames, becomes } = fieldSchema.parse(trigger.fields)
    return trigger.categoryId === categoryId && becomes && fieldNames.includes(field) ? [becomes] : []
  })
}

/** Which fields enabled triggers watch in a pipeline. */
export function watchedFields(
  triggers: readonly Trigger[],
  { entityTypeId, categoryId }: { entityTypeId: number; categoryId: number | null },
): string[] {
  const names = triggers.flatMap((trigger) => {
    const isHere = trigger.entityTypeId === entityTypeId && trigger.categoryId === categoryId
    return trigger.kind === 'field-changed' && trigger.enabled && isHere
      ? fieldSchema.parse(trigger.fields).fieldNames
      : []
  })
  return [...new Set(names)]
}
