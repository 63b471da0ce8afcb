import type { InboundEvent, Subject } from '../../events/parse-event.ts'

export type MessageEvent = InboundEvent & { subject: Subject & { type: 'message' } }
