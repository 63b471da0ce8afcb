import type { Page } from 'playwright-core'

/**
 * Runs in every frame. A press is lost when its control slips away, or is replaced, between the pointer's going down and coming up: the
 * browser then clicks nothing, or what lies around both. And what moves a control without anybody's doing is kept for `movedByItself`.
 */
const WATCH = `(() => {
  const CONTROL = 'a, button, input, textarea, label, summary, [role="option"], [role^="menuitem"]'
  const controlAt = ({ target }) => target instanceof Element ? target.closest(CONTROL) : null
  const told = (element) => {
    const text = element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 60)
    return element.tagName.toLowerCase() + ' “' + text + '”'
  }
  let down = null
  addEventListener('pointerdown', (event) => {
    const control = controlAt(event)
    down = { control, expanded: control?.getAttribute('aria-expanded'), x: event.clientX, y: event.clientY }
  }, true)
  addEventListener('pointerup', (event) => {
    const isStill = down && Math.hypot(event.clientX - down.x, event.clientY - down.y) < 4
    // Lists open as soon as the pointer is down, and may lie under it then.
    const hasCounted = down?.control?.getAttribute('aria-expanded') !== down?.expanded
    const control = isStill && !hasCounted ? down.control : null
    down = null
    if (!control || (control.isConnected && controlAt(event) === control)) return
    console.warn('A press was lost: ' + told(control) + (control.isConnected ? ' slipped away' : ' was replaced'))
  }, true)
  const moved = []
  const look = (entries) => {
    for (const { hadRecentInput, sources } of entries) {
      if (hadRecentInput) continue
      for (const { node, previousRect: was, currentRect: is } of sources) {
        // What only grows or shrinks at its other side holds its controls where they were.
        if (was.top === is.top && (was.left === is.left || was.right === is.right)) continue
        // What is within a control moves in it, and what holds none is pressed by nobody.
        const isPart = !(node instanceof Element) || node.parentElement?.closest(CONTROL)
        if (isPart || !(node.matches(CONTROL) || node.querySelector(CONTROL))) continue
        moved.push(told(node) + ' from ' + [was.left, was.top].map(Math.round) + ' to ' + [is.left, is.top].map(Math.round))
      }
    }
  }
  const observer = new PerformanceObserver((list) => look(list.getEntries()))
  observer.observe({ type: 'layout-shift', buffered: true })
  window.takeMoved = () => {
    look(observer.takeRecords())
    return moved.splice(0)
  }
})()`

/** From now on every lost press is a complaint of the browser. */
export async function watchHands(page: Page): Promise<void> {
  await page.addInitScript(WATCH)
}

/** Which controls of the app were moved by what came later, not by anybody's press, since this was asked last. */
export async function movedByItself(page: Page): Promise<string[]> {
  const frame = page.frames().find((one) => one.parentFrame() !== null)
  if (!frame) throw new Error('The app is not open')
  return frame.evaluate('takeMoved()')
}
