import { setTimeout } from 'node:timers/promises'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { buildApp } from '../build-app.ts'
import { type Rig, type RigOptions, startRig } from '../rig.ts'
import { FOR_MANY_PAGES, startChromium } from './chromium.ts'
import { complaintsOf } from './complaints.ts'
import { watchHands } from './hands.ts'

export { app } from './visit-app.ts'

/** How long a locator waits for what must come, milliseconds. */
const PATIENCE_MS = 20_000

/** The app does not follow the system: it keeps what its own switch said. */
const DARK = `try { localStorage.setItem('stagecue-theme', 'dark') } catch {}`

export type Visitor = {
  /** User of the portal; the administrator by default. */
  user?: number
  lang?: 'en' | 'de' | 'ru'
  /** The server's answers take long, each as long as comes: whatever waits for another arrives later than it. */
  slowly?: boolean
} & Pick<BrowserContextOptions, 'colorScheme' | 'reducedMotion' | 'viewport'>

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
  afterEach(async () => {
    const others = browser.contexts().filter((context) => context !== shared)
    await Promise.all([...openPages().map((page) => page.close()), ...others.map((context) => context.close())])
    const heard = complaints
    const [awaited, unasked] = [expected, heard.filter((one) => !expected.some((complaint) => complaint.test(one)))]
    complaints = []
    expected = []
    expect(unasked).toEqual([])
    for (const complaint of awaited) expect(heard).toContainEqual(expect.stringMatching(complaint))
  })
  afterAll(async () => {
    await browser?.close()
    await rig?.stop()
  })
  return {
    get rig() {
      return rig
    },
    expectComplaint: (complaint) => void expected.push(complaint),
    async open(path, { user, lang, slowly = false, viewport, colorScheme, reducedMotion = 'reduce' } = {}) {
      // Two visitors at once are two people, each with a browser of his own.
      const context = openPages().length === 0 ? shared : await begin()
      const page = await context.newPage()
      page.setDefaultTimeout(slowly ? 2 * PATIENCE_MS : PATIENCE_MS)
      await page.setViewportSize(viewport ?? { width: 1440, height: 900 })
      await page.emulateMedia({ reducedMotion, ...(colorScheme === undefined ? {} : { colorScheme }) })
      await page.addInitScript(FORGET)
      if (colorScheme === 'dark') await page.addInitScript(DARK)
      await watchHands(page)
      if (slowly) await slowDown(page)
      const query = new URLSearchParams({
        ...(user === undefined ? {} : { user: String(user) }),
        ...(lang === undefined ? {} : { lang }),
      })
      await page.goto(`${rig.portal.url}${path}?${query}`)
      return page
    },
  }
}

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
