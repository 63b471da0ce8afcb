import { callInbound } from './call-inbound.ts'
import { callMissed } from './call-missed.ts'
import { callOutbound } from './call-outbound.ts'
import { emailIncoming } from './email-incoming.ts'
import { emailOutgoing } from './email-outgoing.ts'
import { fieldChanged } from './field-changed.ts'
import type { Kind, KindCode } from './kind.ts'
import { paymentReceived } from './payment-received.ts'

/** All kinds, in the order of the catalogue. Kinds that others yield to come first where one call or chat serves both. */
export const kinds: { readonly [K in KindCode]: Kind & { readonly kind: K } } = {
  'email-incoming': emailIncoming,
  'email-outgoing': emailOutgoing,
  'call-outbound': callOutbound,
  'call-missed': callMissed,
  'call-inbound': callInbound,
  'payment-received': paymentReceived,
  'field-changed': fieldChanged,
}

export const kindCodes = Object.keys(kinds) as KindCode[]

/** The text names a kind that this version knows. */
export function isKindCode(text: string): text is KindCode {
  return Object.hasOwn(kinds, text)
}
