import { computed, reactive } from 'vue'
import { trackViewport } from './track-viewport.ts'

/** What nobody sees of the page, pixels: above and below the portal's window, and under the save bar at its lower edge. */
const hidden = reactive({ above: 0, below: 0, bar: 0 })

/** Between a list or menu and the edge of what is in sight, pixels. What is out of sight is known to eight pixels. */
const GAP = 12

/** Keeps `hidden`, and the variables of the style sheet that hold the same. */
export function watchViewport(page: HTMLElement): () => void {
  return trackViewport(page, ({ above, below }) => {
    Object.assign(hidden, { above, below })
    document.documentElement.style.setProperty('--sight-above', `${above}px`)
    document.documentElement.style.setProperty('--sight-below', `${below}px`)
  })
}

/** The save bar tells how high it is, 0 when it goes. */
export function keepBar(height: number): void {
  hidden.bar = height
  document.documentElement.style.setProperty('--bar-height', `${height}px`)
}

/** Where the kit's lists and menus open: the frame may be much higher than what is in sight of it, which they cannot know. */
export const visibleArea = computed(() => ({
  align: 'start' as const,
  sideOffset: 4,
  collisionPadding: { top: hidden.above + GAP, bottom: hidden.below + hidden.bar + GAP, left: GAP, right: GAP },
}))

/** Is the element in sight as a whole? */
export function isVisible(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect()
  return top >= hidden.above && bottom <= innerHeight - hidden.below - hidden.bar
}
