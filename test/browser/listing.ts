import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { buildApp } from '../build-app.ts'
import { startRig } from '../rig.ts'
import { startChromium } from './chromium.ts'
import { screenshots } from './listing-screenshots.ts'
import { atRest, pages, prepare, sayIn } from './pages.ts'
import { app } from './visit-app.ts'

// `npm run listing`: the icon and the screenshots of the Market's listing, into docs/market, and the pictures of the documents, into docs/images.

const folder = fileURLToPath(new URL('../../docs/market/', import.meta.url))
const images = fileURLToPath(new URL('../../docs/images/', import.meta.url))

/** The pictures of the documents, by names of `pages.ts`. */
const pictures: Readonly<Record<string, string>> = {
  board: 'board',
  journal: 'journal',
  'item-tab': 'item-tab',
  'form-rehearsed': 'test-run',
  'installer-first': 'installer',
}

/** Pixels; the Market takes icons of 250 to 650, without transparency, and screenshots of 1280 by 720 at most. */
const ICON = { width: 512, height: 512 }
const SCREENSHOT = { width: 1280, height: 720 }

/** The playground's own controls are no part of a portal. */
const withoutControls = `#customers, #hint, #person, header small { display: none !important }
  #slider { inset-inline-end: 0 !important }
  body { grid: auto minmax(0, 1fr) / 160px minmax(0, 1fr) !important }`

/** Runs in every frame: what is told once was read before (`app/access-notice-seen.ts`). */
const hasReadNotice = `try { localStorage.setItem('stagecue-told', 'yes') } catch {}`

async function main(): Promise<void> {
  const browser = await startChromium()
  try {
    await icon(browser)
    await buildApp()
    const rig = await startRig()
    try {
      await prepare(rig)
      mkdirSync(`${folder}screenshots`, { recursive: true })
      for (const name of new Set([...screenshots, ...Object.keys(pictures)])) {
        const wanted = pages[name]
        if (wanted === undefined) throw new Error(`No page ${name}`)
        await wanted.before?.(rig)
        const page = await browser.newPage({ viewport: SCREENSHOT, reducedMotion: 'reduce' })
        await page.addInitScript(hasReadNotice)
        await page.goto(`${rig.portal.url}${wanted.path}?lang=en`)
        await page.addStyleTag({ content: withoutControls })
        const stagecue = app(page)
        await wanted.show({ page, stagecue, say: sayIn('en') })
        // Names of people and lines come after the page, and the frame grows with what comes.
        await page.waitForLoadState('networkidle')
        await stagecue.owner().evaluate(atRest)
        const picture = await page.screenshot({ animations: 'disabled' })
        const index = (screenshots as readonly string[]).indexOf(name)
        if (index >= 0) writeFileSync(`${folder}screenshots/${index + 1}-${name}.png`, picture)
        if (pictures[name]) writeFileSync(`${images}${pictures[name]}.png`, picture)
        await page.close()
        await wanted.after?.(rig)
      }
    } finally {
      await rig.stop()
    }
  } finally {
    await browser.close()
  }
}

async function icon(browser: Browser): Promise<void> {
  const page = await browser.newPage({ viewport: ICON })
  await page.setContent(
    `<style>body { margin: 0 } svg { display: block }</style>${readFileSync(`${folder}icon.svg`, 'utf8')}`,
  )
  await page.screenshot({ path: `${folder}icon.png` })
  await page.close()
}

await main()
