import { type Ref, shallowRef } from 'vue'
import type { Place } from './opened-at.ts'

/** Asked before a page is left; `false` stays. */
type Guard = () => Promise<boolean>

export type Navigation = {
  place: Ref<Place>
  /** Goes there, unless the present page wants to be kept. */
  goTo(place: Place): Promise<void>
  /** The present page is asked before it is left; `null` lifts it. */
  guard(guard: Guard | null): void
  /** Has anybody gone anywhere, since the portal opened the first page? */
  hasMoved(): boolean
}

/** The few pages that we have, without a router: the frame has one address for all of them. */
export function createNavigation(first: Place, leaving: () => void): Navigation {
  const place = shallowRef(first)
  let guard: Guard | null = null
  let moved = false
  return {
    hasMoved: () => moved,
    place,
    guard: (next) => {
      guard = next
    },
    async goTo(next) {
      if (guard && !(await guard())) return
      guard = null
      moved = true
      // First: the portal's window must not scroll under the hand of somebody who is quick on the new page.
      leaving()
      place.value = next
    },
  }
}
