import type { Frame, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { prepare, putOn } from './pages.ts'
import { app, useBrowser } from './visit.ts'
import { visitPage } from './visit-page.ts'

const visits = useBrowser()
beforeAll(() => prepare(visits.rig))

/** The pages that differ in what can be focused. */
const walked = ['board', 'catalogue', 'form', 'journal-filters', 'settings', 'item-tab', 'installer-again']

const laptop = { width: 1280, height: 720 }

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
  const isKnown = element.hasAttribute('data-reached')
  element.setAttribute('data-reached', '')
  return { name, shows: focused.outline !== '' && !transparent, isKnown }
})()`

/**
 * Runs in the page: what Tab should have come to, and did not. A group of radio buttons hands the focus on to the chosen one; a dialog keeps
 * the rest of the page from it.
 */
const notReached = `[...(document.querySelector('[role="dialog"]') ?? document).querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
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

/** All stops, until Tab leaves the page or comes round in a dialog. */
async function stops(page: Page, frame: Frame): Promise<Stop[]> {
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
const hiddenStops = `(async () => {
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
const tooSmall = `[...document.querySelectorAll('button, [role="switch"], input:not([type="hidden"])')]
  .filter((one) => one.offsetParent !== null && !one.closest('p') && one.getAttribute('aria-hidden') !== 'true')
  .map((one) => ({ name: (one.getAttribute('aria-label') ?? one.textContent).trim(), box: one.getBoundingClientRect() }))
  .filter(({ box }) => box.width > 1 && (box.width < 24 || box.height < 24))
  .map(({ name, box }) => name + ' ' + Math.round(box.width) + '×' + Math.round(box.height))`

test.each(walked)(
  'Tab comes to everything, whatever has the focus shows it, light and dark, and can be hit with a finger: %s',
  async (name) => {
    await visitPage(visits, name, { viewport: laptop }, async ({ page, stagecue }) => {
      await putOn(stagecue, page, 'light')
      const frame = page.frames().find((one) => one.url().startsWith(visits.rig.url))
      if (!frame) throw new Error('The app is in no frame')
      const all = await stops(page, frame)
      expect(await frame.evaluate(notReached)).toEqual([])
      expect(all.filter(({ shows }) => !shows).map((stop) => stop.name)).toEqual([])
      // Radio buttons and check boxes lie in labels that are hit as well.
      const small = await frame.evaluate<string[]>(tooSmall)
      expect(small.filter((one) => !/ (16|18|20)×(16|18|20)$/.test(one))).toEqual([])
      await putOn(stagecue, page, 'dark')
      expect(await frame.evaluate(hiddenStops)).toEqual([])
    })
  },
)

test('the page tells where one is: its title, and the focus on its heading', async () => {
  const page = await visits.open('/crm/deal/automation/4/')
  const stagecue = app(page)
  const frame = () => page.frames().find((one) => one.url().startsWith(visits.rig.url))
  const title = () => frame()?.title()
  await stagecue.getByRole('article', { name: 'Offer is out' }).waitFor()
  expect(await title()).toBe('Triggers – Stagecue')
  await stagecue.getByRole('button', { name: 'Offer is out', exact: true }).click()
  await stagecue.getByRole('heading', { level: 1, name: 'Offer is out' }).locator(':scope:focus').waitFor()
  expect(await title()).toBe('Offer is out – Stagecue')
  await stagecue.getByRole('button', { name: 'Settings', exact: true }).first().click()
  await stagecue.locator('h1:focus').waitFor()
  expect(await title()).toBe('Settings – Stagecue')
  await stagecue.getByRole('button', { name: /^Journal/ }).click()
  await stagecue.locator('h1:focus').filter({ hasText: 'Journal' }).waitFor()
  expect(await title()).toBe('Journal – Stagecue')
})

test('the catalogue opens on its search, and gives the focus back to the button that opened it', async () => {
  const page = await visits.open('/crm/deal/automation/4/')
  const stagecue = app(page)
  const add = stagecue.getByRole('button', { name: 'Add trigger to “Offer”' })
  await add.press('Enter')
  await stagecue.getByRole('searchbox', { name: 'Search the catalogue' }).locator(':scope:focus').waitFor()
  await page.keyboard.press('Escape')
  await add.locator(':scope:focus').waitFor()
})

test('radio buttons belong to groups that have names, and switches are named for what they switch', async () => {
  const page = await visits.open('/crm/deal/automation/4/')
  const stagecue = app(page)
  await stagecue.getByRole('button', { name: 'Call missed on Sales', exact: true }).click()
  await stagecue.getByRole('textbox', { name: 'Trigger name' }).waitFor()
  const names = await stagecue
    .getByRole('radiogroup')
    .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))
  expect(names.length).toBeGreaterThanOrEqual(3)
  for (const name of names) expect(name).toBeTruthy()
  await stagecue.getByRole('switch', { name: 'Also count declined calls' }).waitFor()
})
