import { type Ref, shallowRef } from 'vue'
import type { Place } from './opened-at.ts'

/** Asked before a page is left; `false` stays. */
type Guard = () => Promise<boolean>

export type Navigation = {
  place: Ref<Place>
  /** Goes there, unless the present page wants to be kept. `replaces`: *Back* does not come here any more. */
  goTo(place: Place, how?: { replaces: boolean }): Promise<void>
  /** *Back* finds the present page as this place says; what it shows stays. `hash` is its address, where it has one. */
  remember(place: Place, hash?: string): void
  /** The present page is asked before it is left; `null` lifts it. */
  guard(guard: Guard | null): void
  /** Has anybody gone anywhere, since the portal opened the first page? */
  hasMoved(): boolean
}

/**
 * The few pages that we have, without a router: the frame has one address for all of them, but each is an entry of the browser's history, so that
 * *Back* leads to the page before. Nobody is asked then: a browser cannot be held back, and drafts are kept (`common/kept-draft.ts`).
 */
export function createNavigation(first: Place, leaving: () => void): Navigation {
  const place = shallowRef(first)
  let guard: Guard | null = null
  let moved = false
  /** The journal's filter lives in the address of whatever page is shown. */
  let address = location.hash

  const show = (next: Place) => {
    guard = null
    moved = true
    // First: the portal's window must not scroll under the hand of somebody who is quick on the new page.
    leaving()
    place.value = next
  }
  history.replaceState({ place: first }, '')
  addEventListener('popstate', ({ state }) => {
    const next = (state as { place?: Place } | null)?.place ?? first
    if (next.page === 'journal') address = location.hash
    else history.replaceState(state, '', address || undefined)
    show(next)
  })
  return {
    hasMoved: () => moved,
    place,
    guard: (next) => {
      guard = next
    },
    remember(kept, hash = address) {
      address = hash
      history.replaceState({ place: kept }, '', hash || undefined)
    },
    async goTo(next, { replaces } = { replaces: false }) {
      if (guard && !(await guard())) return
      const isSame = JSON.stringify(next) === JSON.stringify(place.value)
      if (replaces || isSame) history.replaceState({ place: next }, '')
      else history.pushState({ place: next }, '')
      show(next)
    },
  }
}
