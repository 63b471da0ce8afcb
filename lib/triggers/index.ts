import type { KindCode } from '../domain/kind-code.ts'
import { callInbound } from './call-inbound.ts'
import { callMissed } from './call-missed.ts'
import { callOutbound } from './call-outbound.ts'
import { chatAcceptTime } from './chat-accept-time.ts'
import { chatAccepted } from './chat-accepted.ts'
import { chatFirstMessage } from './chat-first-message.ts'
import { chatMessage } from './chat-message.ts'
import { emailIncoming } from './email-incoming.ts'
import { emailLinkClicked } from './email-link-clicked.ts'
import { emailOutgoing } from './email-outgoing.ts'
import { emailViewed } from './email-viewed.ts'
import { fieldChanged } from './field-changed.ts'
import { formSubmitted } from './form-submitted.ts'
import type { Kind } from './kind.ts'
import { paymentReceived } from './payment-received.ts'

/** All kinds, in the order of the catalogue. Kinds that others yield to come first where one call or chat serves both. */
export const kinds: { readonly [K in KindCode]: Kind & { readonly kind: K } } = {
  'email-viewed': emailViewed,
  'email-link-clicked': emailLinkClicked,
  'email-incoming': emailIncoming,
  'email-outgoing': emailOutgoing,
  'form-submitted': formSubmitted,
  'call-outbound': callOutbound,
  'call-missed': callMissed,
  'call-inbound': callInbound,
  'chat-first-message': chatFirstMessage,
  'chat-accept-time': chatAcceptTime,
  'chat-accepted': chatAccepted,
  'chat-message': chatMessage,
  'payment-received': paymentReceived,
  'field-changed': fieldChanged,
}

export const kindCodes = Object.keys(kinds) as KindCode[]

/** The text names a kind that this version knows. */
export function isKindCode(text: string): text is KindCode {
  return Object.hasOwn(kinds, text)
}
