import { setTimeout } from 'node:timers/promises'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { Place } from '../../app/opened-at.ts'
import { buildApp } from '../build-app.ts'
import { type Rig, type RigOptions, startRig } from '../rig.ts'
import { WAIT_MS } from '../waits.ts'
import { FOR_MANY_PAGES, startChromium } from './chromium.ts'
import { complaintsOf } from './complaints.ts'
import { watchHands } from './hands.ts'
import { app } from './visit-app.ts'

export { app }

export type Visitor = {
  /** User of the portal; the administrator by default. */
  user?: number
  lang?: 'en' | 'de' | 'ru'
  /** The server's answers take long, each as long as comes: whatever waits for another arrives later than it. */
  slowly?: boolean
} & Pick<BrowserContextOptions, 'reducedMotion' | 'viewport'>

/**
 * Runs in every frame: whoever opens a page finds nothing that an earlier visitor of the same browser left. What a visitor leaves himself stays
 * until his page is closed.
 */
const FORGET = `try {
  if (!sessionStorage.getItem('visited')) localStorage.clear()
  sessionStorage.setItem('visited', 'yes')
} catch {}`

/** How long slow answers take, one after the other, milliseconds. */
const SLOW_MS = [850, 1100, 700, 600]

export type Visits = {
  readonly rig: Rig
  /** Opens a page of the portal, e.g. `/crm/deal/kanban/category/4/`, as somebody, in a browser of its own. */
  open(path: string, visitor?: Visitor): Promise<Page>
  /**
   * The page that tests go on with one after the other: opened for the first of them, and again after one that failed or opened another. `place`: what
   * the app is led back to, as it is found where it was opened; else it is as the test before left it. No answers are made up on it any more.
   */
  stay(path: string, visitor?: Visitor, place?: Place): Promise<Page>
  /** The test that runs now makes the browser complain on purpose; every such complaint must come. */
  expectComplaint(complaint: RegExp): void
}

/**
 * For a file of tests: the app built, Stagecue and a portal started, a browser. After each test its pages are closed, and the
 * test fails if the browser complained.
 */
export function useBrowser(options: RigOptions = {}): Visits {
  let rig: Rig
  let browser: Browser
  let shared: BrowserContext
  /** Pages of the portal and of the app that stay open, so that the processes of both sites stay. */
  let kept: Page[] = []
  /** What `stay` opened, and whether the test that runs now has asked for it. */
  let staying: { page: Page; asked: string } | null = null
  let isStaying = false
  let complaints: string[] = []
  let expected: RegExp[] = []
  const begin = async () => {
    const context = await browser.newContext()
    complaintsOf(
      context,
      () => [rig.portal.domain, new URL(rig.url).host],
      (complaint) => void complaints.push(complaint),
    )
    return context
  }
  const keepOpen = async (url: string) => {
    const page = await shared.newPage()
    await page.goto(url)
    return page
  }
  const openPages = () => shared.pages().filter((page) => !kept.includes(page))
  beforeAll(async () => {
    await buildApp()
    rig = await startRig(options)
    browser = await startChromium(FOR_MANY_PAGES)
    shared = await begin()
    kept = await Promise.all([keepOpen(`${rig.portal.url}/app-frame/app-frame.js`), keepOpen(`${rig.url}/health`)])
  })
  const leave = async () => {
    const page = staying?.page
    staying = null
    await page?.close()
  }
  afterEach(async ({ task }) => {
    const others = browser.contexts().filter((context) => context !== shared)
    if (!isStaying || task.result?.state === 'fail') await leave()
    isStaying = false
    await staying?.page.unrouteAll()
    const passing = openPages().filter((page) => page !== staying?.page)
    await Promise.all([...passing.map((page) => page.close()), ...others.map((context) => context.close())])
    const heard = complaints
    const [awaited, unasked] = [expected, heard.filter((one) => !expected.some((complaint) => complaint.test(one)))]
    complaints = []
    expected = []
    if (unasked.length > 0) await leave()
    expect(unasked).toEqual([])
    for (const complaint of awaited) expect(heard).toContainEqual(expect.stringMatching(complaint))
  })
  afterAll(async () => {
    await browser?.close()
    await rig?.stop()
  })
  const visits: Visits = {
    get rig() {
      return rig
    },
    expectComplaint: (complaint) => void expected.push(complaint),
    async stay(path, visitor, place) {
      const asked = JSON.stringify([path, visitor])
      if (staying?.asked !== asked) {
        await leave()
        staying = { page: await visits.open(path, visitor), asked }
      } else if (place) await goTo(staying.page, place)
      isStaying = true
      return staying.page
    },
    async open(path, { user, lang, slowly = false, viewport, reducedMotion = 'reduce' } = {}) {
      if (!isStaying) await leave()
      // Two visitors at once are two people, each with a browser of his own.
      const page = openPages().length === 0 ? await newPageOf(kept[0]) : await (await begin()).newPage()
      page.setDefaultTimeout(slowly ? 2 * WAIT_MS : WAIT_MS)
      await page.setViewportSize(viewport ?? { width: 1440, height: 900 })
      await page.emulateMedia({ reducedMotion })
      await page.addInitScript(FORGET)
      await watchHands(page)
      if (slowly) await slowDown(page)
      const url = new URL(`${rig.portal.url}${path}`)
      if (user !== undefined) url.searchParams.set('user', String(user))
      if (lang !== undefined) url.searchParams.set('lang', lang)
      await page.goto(url.href)
      return page
    },
  }
  return visits
}

/** A page beside one of the portal's, in its process: for an empty page of its own the browser would start one and end it at once. */
async function newPageOf(home: Page | undefined): Promise<Page> {
  if (!home) throw new Error('No page of the portal is open')
  const [page] = await Promise.all([
    home.context().waitForEvent('page'),
    home.evaluate(`{ open('about:blank').opener = null }`),
  ])
  return page
}

/**
 * Leads the app to a page of it, as *Back* does, and as somebody finds it who has just opened it: without drafts, messages and the journal's filter. What
 * a board is filtered by stays.
 */
async function goTo(page: Page, place: Place): Promise<void> {
  visit += 1
  const state = JSON.stringify({ place: { ...place, visit } })
  await app(page)
    .locator('#menus')
    .evaluate(`(async () => {
      const go = (state) => dispatchEvent(new PopStateEvent('popstate', { state }))
      history.replaceState(null, '', location.pathname + location.search)
      // The journal's filter is that of the address.
      go({ place: { page: 'journal' } })
      go(${state})
      await new Promise((done) => setTimeout(done))
      for (const name of Object.keys(sessionStorage)) if (name.startsWith('stagecue-draft')) sessionStorage.removeItem(name)
    })()`)
  await closeMessages(page)
}

/** Presses the cross of every message. One that stands costs the processor a fifth of its time, as its kit counts down for each frame. */
export async function closeMessages(page: Page): Promise<void> {
  await app(page).locator('html').evaluate(`for (const cross of document.querySelectorAll('${CROSSES}')) cross.click()`)
}

const CROSSES = '[role="region"][aria-label^="Notifications"] li button[aria-label="Close"]'

/** Of two visits of the same page the second begins it anew. */
let visit = 0

async function slowDown(page: Page): Promise<void> {
  let asked = 0
  await page.route('**/api/**', async (route) => {
    await setTimeout(SLOW_MS[asked++ % SLOW_MS.length])
    // The page may be gone by now.
    await route.fallback().catch(() => {})
  })
}

/** Waits until a card lies in a column of the board. */
export async function cardIn(page: Page, stage: string, title: string): Promise<void> {
  await page.getByRole('list', { name: stage, exact: true }).getByRole('link', { name: title }).waitFor()
}
