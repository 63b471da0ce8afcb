import { boundedCache } from '../lib/bounded-cache.ts'
import type { Portal } from '../lib/domain/portal.ts'
import type { Services } from '../lib/services.ts'
import { findPortal } from '../lib/store/portals.ts'
import { hasToken } from './http/application-token.ts'

/** For so long a portal is taken to be as it was, milliseconds. */
const momentMs = 1000

/** Portals whose events come at the same moment. */
const kept = 2000

/**
 * Finds the portal that an event names. One that posts hundreds of events a second is read once a second: a token that was replaced within it
 * still passes, which makes us look and no more. A token that is not the one known is compared with the store at once.
 */
export function createRecentPortals({ db, clock }: Pick<Services, 'db' | 'clock'>) {
  const recent = boundedCache<{ portal: Portal; until: number }>(kept)
  return async (memberId: string, token: string): Promise<Portal | null> => {
    const known = recent.get(memberId)
    const now = clock().getTime()
    if (known && now < known.until && hasToken(known.portal, token)) return known.portal
    const portal = await findPortal(db, memberId)
    if (portal) recent.set(memberId, { portal, until: now + momentMs })
    return portal
  }
}
