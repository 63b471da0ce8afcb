import type { Switches } from '../../portal/index.ts'
import { onlyAt } from '../../positions/only-at.ts'

/** The portal's doubtful points that could concern conversations, and how its events travel. */
export const chatPositions: [string, Partial<Switches>][] = [
  ['as is', {}],
  ['other status of answered conversations', { sessionAnsweredStatus: 'other' }],
  ['histories may not be read', { sessionHistoryAccess: 'ACCESS_DENIED' }],
  ['no events of messages', { openLineEvents: 'none' }],
  ['every notice doubled', { duplicateDelivery: 100 }],
  ['notices in order', { eventOrder: 'strict' }],
]

/**
 * Options of tests about customers' messages in a portal with these switches: they are told by events or by histories, and where one of
 * the two is missing the other has to be there, and tell of all. A portal with neither tells of no message.
 */
export function whereHeard({ sessionHistoryAccess, openLineEvents = 'all' }: Partial<Switches>) {
  return onlyAt({
    ...(sessionHistoryAccess === 'ACCESS_DENIED' ? { openLineEvents: 'all', lostDelivery: 0 } : {}),
    ...(openLineEvents === 'all' ? {} : { sessionHistoryAccess: 'allowed for admin' }),
  })
}
