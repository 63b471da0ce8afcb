import { fileURLToPath } from 'node:url'
import type { Frame } from 'playwright-core'
import { expect, test } from 'vitest'
import { seriousIssues } from './axe.ts'
import { hiddenStops, notReached, stops, tooSmall } from './focus-walk.ts'
import { movedByItself } from './hands.ts'
import { pages, painted, putOn, type Visited } from './pages.ts'
import type { Visits } from './visit.ts'
import { isOpenedAnew, visitPage } from './visit-page.ts'

/** Pages that are opened while the server's answers take long. */
const slow = [
  'board',
  'board-empty',
  'board-employee',
  'board-welcome',
  'form',
  'form-new',
  'form-history',
  'form-journal',
  'form-rehearsed',
  'journal',
  'settings',
  'settings-employee',
  'item-tab',
  'installer-again',
]

/** The pages that differ in what can be focused. */
const walked = ['board', 'catalogue', 'form', 'journal-filters', 'settings', 'item-tab', 'installer-again']

const laptop = { width: 1280, height: 720 }
const tall = { width: 1440, height: 1200 }
/** Longer than any answer takes. */
const AFTER_ALL_MS = 2500

/** Where what failed is shown. */
const pictures = fileURLToPath(new URL('screenshots', import.meta.url))

/** Tests of some of `pages`: each is opened once, and all that is to be seen of it is looked at there. */
export function testPages(visits: Visits, names: readonly string[]): void {
  // Those that go on in one page come one after the other.
  for (const name of [...names].sort((one, other) => Number(isOpenedAnew(one)) - Number(isOpenedAnew(other)))) {
    const isSlow = slow.includes(name)
    const isWalked = walked.includes(name)
    const checks = [
      ...(isSlow ? ['nothing that comes late moves what somebody is about to press'] : []),
      'it can be used by everybody, light and dark',
      ...(isWalked ? ['Tab comes to everything, and what has the focus shows it'] : []),
    ]
    test(`${name}: ${checks.join('; ')}`, async () => {
      const visitor = isSlow ? { viewport: laptop, slowly: true } : { viewport: tall }
      await visitPage(visits, name, visitor, async (visited) => {
        if (isSlow) await expectAtRest(visited)
        await visited.page.setViewportSize(tall)
        await expectForEverybody(visits, name, visited)
        if (!isWalked) return
        await visited.page.setViewportSize(laptop)
        await expectReachedByTab(visits, visited)
        await visited.page.setViewportSize(visitor.viewport)
      })
    })
  }
}

/** All pages with the app whose names begin so; the playground has tests of its own. */
export function pagesCalled(...beginnings: string[]): string[] {
  const withApp = Object.keys(pages).filter((name) => !pages[name]?.isPortalAlone)
  return withApp.filter((name) => beginnings.some((one) => name.startsWith(one)))
}

async function expectAtRest({ page }: Visited): Promise<void> {
  await page.waitForTimeout(AFTER_ALL_MS)
  expect(await movedByItself(page), 'moved by itself').toEqual([])
}

// What axe-core looks at is the same in every language; `npm run pictures` shows all of them.
async function expectForEverybody(visits: Visits, name: string, { page, stagecue }: Visited): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await putOn(stagecue, page, theme)
    await frameOf(visits, page.frames()).evaluate(painted)
    const issues = await seriousIssues(page, visits.rig.url, theme === 'light' ? 'all' : 'colours')
    if (issues.length > 0) await page.screenshot({ path: `${pictures}/${name}-${theme}.png`, animations: 'disabled' })
    expect(issues, theme).toEqual([])
  }
  await putOn(stagecue, page, 'light')
}

/** Tab comes to everything, whatever has the focus shows it, light and dark, and can be hit with a finger. */
async function expectReachedByTab(visits: Visits, { page, stagecue }: Visited): Promise<void> {
  const frame = frameOf(visits, page.frames())
  const all = await stops(page, frame)
  expect(await frame.evaluate(notReached), 'Tab does not come to').toEqual([])
  expect(
    all.filter(({ shows }) => !shows).map((stop) => stop.name),
    'the focus does not show',
  ).toEqual([])
  // Radio buttons and check boxes lie in labels that are hit as well.
  const small = await frame.evaluate<string[]>(tooSmall)
  expect(
    small.filter((one) => !/ (16|18|20)×(16|18|20)$/.test(one)),
    'too small',
  ).toEqual([])
  await putOn(stagecue, page, 'dark')
  expect(await frame.evaluate(hiddenStops), 'the focus does not show in the dark').toEqual([])
  await putOn(stagecue, page, 'light')
}

function frameOf(visits: Visits, frames: Frame[]): Frame {
  const frame = frames.find((one) => one.url().startsWith(visits.rig.url))
  if (!frame) throw new Error('The app is in no frame')
  return frame
}
