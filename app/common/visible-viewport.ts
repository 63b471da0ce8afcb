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

/** So often it is tried, with so many milliseconds between. */
const ATTEMPTS = 8
const EVERY_MS = 120

/** Scrolls the portal's window until the element is in sight as a whole. A page that came just now may still give the frame another height. */
export async function scrollIntoViewport(element: HTMLElement, scrollTo: (top: number) => void): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS && element.isConnected; attempt += 1) {
    if (await isVisible(element)) return
    scrollTo(element.getBoundingClientRect().top - 80)
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
  }
}

/** Is the element in sight as a whole, and above the save bar? Only an observer knows at once, whatever was scrolled a moment ago. */
async function isVisible(element: HTMLElement): Promise<boolean> {
  const { boundingClientRect: whole, intersectionRect: seen } = await new Promise<IntersectionObserverEntry>(
    (resolve) => {
      const observer = new IntersectionObserver(([entry]) => {
        observer.disconnect()
        if (entry) resolve(entry)
      })
      observer.observe(element)
    },
  )
  return seen.height >= whole.height - 1 && whole.bottom <= innerHeight - hidden.below - hidden.bar
}
