import { z } from 'zod'
import { DEAL, INVOICE } from '../domain/entity-types.ts'
import { itemEvent } from './item-event.ts'
import type { Kind } from './kind.ts'

declare module '../domain/kind-code.ts' {
  interface KindCodes {
    'payment-received': true
  }
}

/** The history of an item may say another second than the item itself. */
const SECONDS = [0, -1, 1, -2, 2]

/** Keys under which the payment of an invoice at that moment (ISO 8601 UTC) may have been counted; the first is its own. */
export function paymentKeys(invoiceId: number, at: string): string[] {
  return SECONDS.map((seconds) => {
    return `payment-received:${invoiceId}:${new Date(Date.parse(at) + seconds * 1000).toISOString()}`
  })
}

/** An invoice enters its paid stage, or is made in it, as accounting programs do. Its later changes are no new payment: the key is the moment of entering. */
export const paymentReceived = {
  kind: 'payment-received',
  group: 'payments',
  shape: 'item',
  scope: 'crm',
  entityTypeIds: [DEAL, INVOICE],
  fieldSchema: z.strictObject({}),
  fields: [],
  mayMatch(payload) {
    const event = itemEvent(payload)
    return event !== null && event !== 'malformed' && event.entityTypeId === INVOICE
  },
  recognise(facts) {
    if (facts.shape !== 'item' || facts.entityTypeId !== INVOICE) return null
    if (facts.semantics !== 'success' || facts.movedTime === null) return null
    const [key = '', ...aliases] = paymentKeys(facts.id, facts.movedTime)
    return {
      key,
      aliases,
      at: facts.movedTime,
      facts: { invoiceId: facts.id, stageId: facts.stageId },
    }
  },
  matches: () => true,
} as const satisfies Kind
