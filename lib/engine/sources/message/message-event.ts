import type { InboundEvent, Subject } from '../../events/inbound-event.ts'

export type MessageEvent = InboundEvent & { subject: Subject & { type: 'message' } }
