import type { Switches } from '../../portal/index.ts'

/** The portal's doubtful points that could concern conversations, and how its events travel. */
export const chatPositions: [string, Partial<Switches>][] = [
  ['as is', {}],
  ['other status of answered conversations', { sessionAnsweredStatus: 'other' }],
  ['histories may not be read', { sessionHistoryAccess: 'ACCESS_DENIED' }],
  ['no events of messages', { openLineEvents: 'none' }],
  ['every notice doubled', { duplicateDelivery: 100 }],
  ['notices in order', { eventOrder: 'strict' }],
]
