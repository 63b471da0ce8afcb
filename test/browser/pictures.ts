import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { buildApp } from '../build-app.ts'
import { type Rig, startRig } from '../rig.ts'
import { startChromium } from './chromium.ts'
import { closeInstaller, pages, prepare, putOn, sayIn } from './pages.ts'
import { app } from './visit-app.ts'

// `npm run pictures -- <folder> [part of a page's name]`: every page and dialog as a picture, in every language, light and dark, at
// three sizes, and which of them scroll sideways.

const languages = ['en', 'ru', 'de'] as const
const sizes = {
  wide: { width: 1440, height: 900 },
  laptop: { width: 1280, height: 720 },
  phone: { width: 360, height: 800 },
}

async function main([folder = 'pictures', part = '']: string[]): Promise<void> {
  mkdirSync(folder, { recursive: true })
  await buildApp()
  const rig = await startRig()
  const browser = await startChromium()
  try {
    await prepare(rig)
    for (const name of Object.keys(pages).filter((one) => one.includes(part))) {
      for (const lang of languages) {
        for (const size of Object.keys(sizes) as (keyof typeof sizes)[])
          await picture(rig, browser, folder, { name, lang, size })
      }
    }
  } finally {
    await browser.close()
    await rig.stop()
  }
}

type Wanted = { name: string; lang: (typeof languages)[number]; size: keyof typeof sizes }

async function picture(rig: Rig, browser: Browser, folder: string, { name, lang, size }: Wanted): Promise<void> {
  const wanted = pages[name]
  if (!wanted) return
  const { path, user, show } = wanted
  const context = await browser.newContext({ viewport: sizes[size], reducedMotion: 'reduce' })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  const query = new URLSearchParams({ lang, ...(user === undefined ? {} : { user: String(user) }) })
  try {
    await page.goto(`${rig.portal.url}${path}?${query}`)
    // The playground around the app needs a wide window: a narrow one shows the app alone.
    if (size === 'phone') await page.addStyleTag({ content: phone })
    await show({ page, stagecue: app(page), say: sayIn(lang) })
    for (const theme of ['light', 'dark'] as const) {
      await putOn(app(page), page, theme)
      await page.screenshot({ path: join(folder, `${name}-${size}-${lang}-${theme}.png`), animations: 'disabled' })
    }
    const frame = page.frames().find((one) => one.url().startsWith(rig.url))
    const root = 'document.documentElement'
    if (await frame?.evaluate<boolean>(`${root}.scrollWidth > innerWidth`))
      console.log(`${name} scrolls sideways: ${size}, ${lang}`)
  } catch (error) {
    console.log(`${name}, ${size}, ${lang}: ${(error as Error).message.split('\n')[0]}`)
  } finally {
    await context.close()
    closeInstaller(rig)
  }
}

const phone = `body { grid: minmax(0, 1fr) / minmax(0, 1fr) !important }
  body > :not(main) { display: none !important }
  #slider { inset: 0 !important; padding: 0 !important }
  #slider .content { margin: 0 !important }`

await main(process.argv.slice(2))
