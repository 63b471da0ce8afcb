/** So high is a strip of the page that is watched, in pixels, and in these parts. */
const STRIP = 32
const parts = [0, 0.25, 0.5, 0.75, 1]

/** How many pixels of the page are out of sight at its beginning and at its end. */
export type HiddenHeights = { above: number; below: number }

/**
 * Tells what of the page is out of sight, whenever that changes. The frame is as high as the page and scrolls with
 * the portal's window, of another origin: only an IntersectionObserver sees through to it, and only where something comes or goes, so
 * invisible strips down the page are watched. Returns what ends it.
 */
export function trackViewport(page: HTMLElement, report: (out: HiddenHeights) => void): () => void {
  const strips = document.createElement('div')
  strips.className = 'pointer-events-none invisible absolute top-0 start-0 w-px overflow-hidden'
  const seen = new Map<Element, DOMRectReadOnly>()
  const tell = () => {
    if (seen.size === 0) return
    const rects = [...seen.values()]
    const below = innerHeight - Math.max(...rects.map(({ bottom }) => bottom))
    const above = Math.min(...rects.map(({ top }) => top))
    report({ above: Math.max(0, Math.round(above)), below: Math.max(0, Math.round(below)) })
  }
  const hidden = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting, intersectionRect } of entries) {
        if (isIntersecting) seen.set(target, intersectionRect)
        else seen.delete(target)
      }
      tell()
    },
    { threshold: parts },
  )
  const size = new ResizeObserver(() => {
    const height = page.getBoundingClientRect().height
    strips.style.height = `${height}px`
    for (let count = strips.childElementCount; count * STRIP < height; count += 1) {
      const strip = document.createElement('div')
      strip.style.height = `${STRIP}px`
      strips.append(strip)
      hidden.observe(strip)
    }
  })
  document.body.append(strips)
  size.observe(page)
  addEventListener('resize', tell)
  return () => {
    removeEventListener('resize', tell)
    size.disconnect()
    hidden.disconnect()
    strips.remove()
  }
}
