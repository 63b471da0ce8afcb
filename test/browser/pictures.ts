import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Frame } from 'playwright-core'
import { buildApp } from '../build-app.ts'
import { type Rig, startRig } from '../rig.ts'
import { startChromium } from './chromium.ts'
import { pages, painted, prepare, putOn, sayIn } from './pages.ts'
import { app } from './visit-app.ts'

// `npm run pictures -- <folder> [name of a page, or how it begins …]`: every page, dialog and state as a picture, in every language, light and
// dark, at three sizes as it is seen, and whole where it is longer; and which of them scroll sideways.

const languages = ['en', 'ru', 'de'] as const
const sizes = {
  wide: { width: 1440, height: 900 },
  laptop: { width: 1280, height: 720 },
  phone: { width: 360, height: 800 },
}

async function main([folder = 'pictures', ...parts]: string[]): Promise<void> {
  mkdirSync(folder, { recursive: true })
  await buildApp()
  const rig = await startRig()
  const browser = await startChromium()
  try {
    await prepare(rig)
    for (const name of Object.keys(pages).filter(
      (one) => parts.length === 0 || parts.some((part) => one.startsWith(part)),
    )) {
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
  const { path, user, before, show, after, isPortalAlone } = wanted
  // The playground needs a wide window.
  if (isPortalAlone && size === 'phone') return
  const context = await browser.newContext({ viewport: sizes[size], reducedMotion: 'reduce' })
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  await before?.(rig)
  const query = new URLSearchParams({ lang, ...(user === undefined ? {} : { user: String(user) }) })
  try {
    await page.goto(`${rig.portal.url}${path}?${query}`)
    // The playground around the app needs a wide window: a narrow one shows the app alone.
    if (size === 'phone') await page.addStyleTag({ content: phone })
    await show({ page, stagecue: app(page), say: sayIn(lang) })
    const frame = page.frames().find((one) => one.url().startsWith(rig.url))
    if (frame) await untilNamesAreThere(frame)
    for (const theme of ['light', 'dark'] as const) {
      if (isPortalAlone) await page.emulateMedia({ colorScheme: theme })
      else await putOn(app(page), page, theme)
      await frame?.evaluate(painted)
      const file = (part: string) => join(folder, `${name}-${size}${part}-${lang}-${theme}.png`)
      await page.screenshot({ path: file(''), animations: 'disabled' })
      const hidden = await page.evaluate<number>(below)
      if (hidden <= 0) continue
      const { width, height } = sizes[size]
      await page.setViewportSize({ width, height: height + hidden })
      await frame?.evaluate(painted)
      await page.screenshot({ path: file('-whole'), animations: 'disabled' })
      await page.setViewportSize({ width, height })
    }
    const root = 'document.documentElement'
    if (await frame?.evaluate<boolean>(`${root}.scrollWidth > innerWidth`))
      console.log(`${name} scrolls sideways: ${size}, ${lang}`)
  } catch (error) {
    console.log(`${name}, ${size}, ${lang}: ${(error as Error).message.split('\n')[0]}`)
  } finally {
    await context.close()
    await after?.(rig)
  }
}

/** Names are fetched after the page shows. */
async function untilNamesAreThere(frame: Frame): Promise<void> {
  for (let look = 0; look < 50; look += 1) {
    if (await frame.evaluate<boolean>(areNamesThere)) return
    await sleep(100)
  }
  throw new Error('Some names never came')
}

/** Runs in the app: no name is still being fetched. */
const areNamesThere = `!/[„“«]…[”“»]|\\s…\\./.test(document.body.innerText)`

/** Runs in the portal's page: how many pixels of the app lie below what is seen of it. */
const below = `(() => {
  const content = document.querySelector('#slider .content')
  return content ? content.scrollHeight - content.clientHeight : 0
})()`

const phone = `body { grid: minmax(0, 1fr) / minmax(0, 1fr) !important }
  body > :not(main) { display: none !important }
  #slider { inset: 0 !important; padding: 0 !important }
  #slider .content { margin: 0 !important }`

await main(process.argv.slice(2))
