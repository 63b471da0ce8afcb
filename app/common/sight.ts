import { computed, reactive } from 'vue'
import { followSight } from './follow-sight.ts'

/** What nobody sees of the page, pixels: above and below the portal's window, and under the save bar at its lower edge. */
const sight = reactive({ above: 0, below: 0, bar: 0 })

/** Between a list or menu and the edge of what is in sight, pixels. What is out of sight is known to eight pixels. */
const GAP = 12

/** Keeps `sight`, and the variables of the style sheet that hold the same. */
export function keepSight(page: HTMLElement): () => void {
  return followSight(page, ({ above, below }) => {
    Object.assign(sight, { above, below })
    document.documentElement.style.setProperty('--sight-above', `${above}px`)
    document.documentElement.style.setProperty('--sight-below', `${below}px`)
  })
}

/** The save bar tells how high it is, 0 when it goes. */
export function keepBar(height: number): void {
  sight.bar = height
  document.documentElement.style.setProperty('--bar-height', `${height}px`)
}

/** Where the kit's lists and menus open: the frame may be much higher than what is in sight of it, which they cannot know. */
export const inSight = computed(() => ({
  align: 'start' as const,
  sideOffset: 4,
  collisionPadding: { top: sight.above + GAP, bottom: sight.below + sight.bar + GAP, left: GAP, right: GAP },
}))

/** Is the element in sight as a whole? */
export function isInSight(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect()
  return top >= sight.above && bottom <= innerHeight - sight.below - sight.bar
}
