import type { Frame, Page } from 'playwright-core'

/** Where Tab stops: what it is called, and whether it shows that it has the focus. */
type Stop = { name: string; shows: boolean; isKnown: boolean }

/** Runs in the page, as what has the focus. Its look with the focus, and without it but under the pointer, must differ. */
const lookAtFocus = `(() => {
  const element = document.activeElement
  if (!element || element === document.body) return null
  const lookOf = () => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element)
    return { outline: outlineStyle === 'none' || outlineWidth === '0px' ? '' : outlineWidth + outlineColor, boxShadow }
  }
  const focused = lookOf()
  const name = (element.getAttribute('aria-label') ?? element.textContent ?? element.tagName).trim().slice(0, 40)
  const transparent = /rgba\\(0, 0, 0, 0\\)|transparent/.test(focused.outline)
  // A date has a stop for each of its parts.
  const isKnown = element.hasAttribute('data-reached') && element.type !== 'date'
  element.setAttribute('data-reached', '')
  return { name, shows: focused.outline !== '' && !transparent, isKnown }
})()`

/**
 * Runs in the page: what Tab should have come to, and did not. A group of radio buttons hands the focus on to the chosen one; a dialog keeps
 * the rest of the page from it.
 */
export const notReached = `[...(document.querySelector('[role="dialog"]') ?? document).querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
  .filter((one) => one.tabIndex >= 0 && !one.matches(':disabled') && one.checkVisibility({ visibilityProperty: true }))
  .filter((one) => !one.closest('[aria-hidden="true"], [inert]') && !one.matches('[data-reached], [role="radiogroup"], [role="radio"]:not([aria-checked="true"])'))
  .map((one) => (one.getAttribute('aria-label') ?? one.textContent).trim().slice(0, 40) || one.outerHTML.slice(0, 120))`

/** Runs in the page: the next stop is the first one. */
const beginWalk = `(() => {
  if (document.querySelector('[role="dialog"]')) return
  const begin = document.createElement('span')
  begin.tabIndex = -1
  document.body.prepend(begin)
  begin.focus()
})()`

/** More stops than any page has. */
const MOST_STOPS = 300

/** All stops of the keyboard, until Tab leaves the page or comes round in a dialog. */
export async function stops(page: Page, frame: Frame): Promise<Stop[]> {
  const found: Stop[] = []
  // A dialog keeps the focus; else the walk begins at the beginning.
  await frame.evaluate(beginWalk)
  while (found.length < MOST_STOPS) {
    await page.keyboard.press('Tab')
    const now = await frame.evaluate<Stop | null>(lookAtFocus)
    if (now === null || now.isKnown) break
    found.push(now)
  }
  return found
}

/** Runs in the page: the stops of a walk once more, and the names of those that do not show the focus in the theme that is on now. */
export const hiddenStops = `(async () => {
  const hidden = []
  for (const stop of document.querySelectorAll('[data-reached]')) {
    stop.removeAttribute('data-reached')
    stop.focus()
    await new Promise(requestAnimationFrame)
    const seen = ${lookAtFocus}
    if (seen?.isKnown === false && !seen.shows) hidden.push(seen.name)
  }
  return hidden
})()`

/** Runs in the page: buttons that are smaller than 24 pixels one way (inline links in sentences are not meant). */
export const tooSmall = `[...document.querySelectorAll('button, [role="switch"], input:not([type="hidden"])')]
  .filter((one) => one.offsetParent !== null && !one.closest('p') && one.getAttribute('aria-hidden') !== 'true')
  .map((one) => ({ name: (one.getAttribute('aria-label') ?? one.textContent).trim(), box: one.getBoundingClientRect() }))
  .filter(({ box }) => box.width > 1 && (box.width < 24 || box.height < 24))
  .map(({ name, box }) => name + ' ' + Math.round(box.width) + '×' + Math.round(box.height))`
