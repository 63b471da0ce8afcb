import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core'
import { buildApp } from '../build-app.ts'
import { type Rig, startRig } from '../rig.ts'
import { seriousIssues } from './axe.ts'
import { FOR_MANY_PAGES, startChromium } from './chromium.ts'
import { hiddenStops, notReached, stops } from './focus-walk.ts'
import { pages, painted, prepare, putOn, type Shown, sayIn } from './pages.ts'
import { states } from './states.ts'
import { app } from './visit-app.ts'

// `npm run pictures -- <folder> [name of a page, or how it begins …] [size or language …]`: every page, dialog and state as a picture, in every language, light and
// dark, at three sizes as it is seen, and whole where it is longer; and what can be measured of them: which scroll sideways, cut off a text or
// say one in another language, what axe-core finds, and on what the keyboard's focus does not show.

const languages = ['en', 'ru', 'de'] as const
const sizes = {
  wide: { width: 1440, height: 900 },
  laptop: { width: 1280, height: 720 },
  phone: { width: 360, height: 800 },
}
const themes = ['light', 'dark'] as const

type Language = (typeof languages)[number]
type Size = keyof typeof sizes

const every: Record<string, Shown> = { ...pages, ...states }

async function main([folder = 'pictures', ...words]: string[]): Promise<void> {
  mkdirSync(folder, { recursive: true })
  await buildApp()
  const rig = await startRig()
  const browser = await startChromium(FOR_MANY_PAGES)
  const spoken = chosen(languages, words)
  const seen = chosen(Object.keys(sizes) as Size[], words)
  const parts = words.filter((word) => !(word in sizes || languages.some((lang) => lang === word)))
  try {
    await prepare(rig)
    const names = Object.keys(every).filter((one) => parts.length === 0 || parts.some((part) => one.startsWith(part)))
    for (const name of names) {
      for (const lang of spoken) {
        for (const opened of openings(name, seen))
          await pictures({ rig, browser, folder }, { name, lang, sizes: opened, isFirst: lang === spoken[0] })
      }
    }
  } finally {
    await browser.close()
    await rig.stop()
  }
}

/** Those that are asked for; all where none is. */
function chosen<One extends string>(all: readonly One[], words: string[]): readonly One[] {
  const asked = all.filter((one) => words.includes(one))
  return asked.length === 0 ? all : asked
}

type Machine = { rig: Rig; browser: Browser; folder: string }
/** `isFirst`: what is the same in every language is measured in the first one. */
type Wanted = { name: string; lang: Language; sizes: Size[]; isFirst: boolean }

/** For which sizes the state is opened at once; the playground needs a wide window. */
function openings(name: string, seen: readonly Size[]): Size[][] {
  const suiting = seen.filter((size) => !every[name]?.isPortalAlone || size !== 'phone')
  return every[name]?.closesOnResize ? suiting.map((size) => [size]) : [suiting]
}

async function pictures({ rig, browser, folder }: Machine, wanted: Wanted): Promise<void> {
  const shown = every[wanted.name]
  const [first] = wanted.sizes
  if (!shown || !first) return
  const context = await browser.newContext({ viewport: sizes[first], reducedMotion: 'reduce' })
  await shown.before?.(rig)
  try {
    const page = await opened(context, rig, { ...wanted, first, shown })
    for (const size of wanted.sizes)
      await ofSize(page, rig, { ...wanted, size, isFirst: wanted.isFirst && size === first, shown, folder })
    // What is open may close when Tab leaves it.
    if (wanted.isFirst && !shown.closesOnResize) await walk(page, rig, wanted.name)
  } catch (error) {
    console.log(
      `${wanted.name}, ${wanted.sizes}, ${wanted.lang}: ${(error as Error).message.split('\n').slice(0, 3).join(' ')}`,
    )
  } finally {
    await context.close()
    await shown.after?.(rig)
  }
}

async function opened(
  context: BrowserContext,
  rig: Rig,
  { lang, first, shown }: { lang: Language; first: Size; shown: Shown },
): Promise<Page> {
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  await page.setExtraHTTPHeaders({ 'accept-language': lang })
  await shown.routes?.(page)
  const query = new URLSearchParams({ lang, ...(shown.user === undefined ? {} : { user: String(shown.user) }) })
  await page.goto(`${shown.isOurs ? rig.url : rig.portal.url}${shown.path}?${query}`)
  await alone(page, first)
  await shown.show({ page, stagecue: app(page), say: sayIn(lang) })
  const frame = appFrame(page, rig)
  if (frame) await untilNamesAreThere(frame)
  return page
}

/** Whether whatever can be focused is reached and shows the focus, light and dark. */
async function walk(page: Page, rig: Rig, name: string): Promise<void> {
  const frame = appFrame(page, rig)
  if (!frame || frame === page.mainFrame()) return
  await putOn(app(page), page, 'light')
  const hidden = (await stops(page, frame)).filter(({ shows }) => !shows)
  const missed = await frame.evaluate<string[]>(notReached)
  await putOn(app(page), page, 'dark')
  const hiddenInDark = await frame.evaluate<string[]>(hiddenStops)
  for (const stop of hidden) console.log(`${name}: the focus does not show on ${stop.name}`)
  for (const one of hiddenInDark) console.log(`${name}, dark: the focus does not show on ${one}`)
  for (const one of missed) console.log(`${name}: Tab does not come to ${one}`)
}

/** The playground around the app needs a wide window: a narrow one shows the app alone. */
async function alone(page: Page, size: Size): Promise<void> {
  if (size === 'phone') await page.addStyleTag({ content: phone })
}

function appFrame(page: Page, rig: Rig): Frame | undefined {
  return page.frames().find((one) => one.url().startsWith(rig.url))
}

type Look = { name: string; lang: Language; size: Size; isFirst: boolean; shown: Shown; folder: string }

async function ofSize(page: Page, rig: Rig, { name, lang, size, isFirst, shown, folder }: Look): Promise<void> {
  const frame = appFrame(page, rig)
  await page.setViewportSize(sizes[size])
  await alone(page, size)
  for (const theme of themes) {
    if (shown.isPortalAlone || shown.isOurs || !frame) await page.emulateMedia({ colorScheme: theme })
    else await putOn(app(page), page, theme)
    await frame?.evaluate(painted)
    const file = (part: string) => join(folder, `${name}-${size}${part}-${lang}-${theme}.png`)
    await page.screenshot({ path: file(''), animations: 'disabled' })
    if (isFirst) {
      const hasList = (await frame?.locator('[role="listbox"]').count()) ?? 0
      const origin = shown.isPortalAlone ? rig.portal.url : rig.url
      const issues = await seriousIssues(
        page,
        new URL(origin).origin,
        theme === 'dark' ? 'colours' : hasList ? 'of an open list' : 'all',
      )
      for (const issue of issues) console.log(`${name}, ${size}, ${theme}: ${issue}`)
    }
    const hidden = await page.evaluate<number>(below)
    // What lies below is looked at once: a theme changes no places, and a wide window shows no more of it.
    if (hidden <= 0 || shown.closesOnResize || theme === 'dark' || size === 'wide') continue
    const { width, height } = sizes[size]
    await page.setViewportSize({ width, height: height + hidden })
    await frame?.evaluate(painted)
    await page.screenshot({ path: file('-whole'), animations: 'disabled' })
    await page.setViewportSize({ width, height })
  }
  for (const fault of (await frame?.evaluate<string[]>(faultsIn(lang))) ?? [])
    console.log(`${name}, ${size}, ${lang}: ${fault}`)
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

/** Runs in the app: what is too wide, cut off, laid over something else, or said in English where another language is spoken. */
function faultsIn(lang: Language): string {
  const foreign = lang === 'en' ? [] : englishOnly(lang)
  return `(${look})(${JSON.stringify(foreign)})`
}

const look = `(foreign) => {
  const english = new Set(foreign)
  const found = []
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('.sr-only, [aria-hidden="true"]')
  if (document.documentElement.scrollWidth > innerWidth) found.push('scrolls sideways')
  for (const one of document.querySelectorAll('body *')) {
    if (!seen(one)) continue
    const own = [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent.trim()).join(' ').trim()
    if (own !== '' && english.has(own)) found.push('English: ' + own)
    for (const name of ['title', 'aria-label', 'placeholder'])
      if (english.has(one.getAttribute(name) ?? '')) found.push('English ' + name + ': ' + one.getAttribute(name))
    const { overflowX, textOverflow } = getComputedStyle(one)
    const isCut = one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0
    if (own !== '' && isCut && overflowX !== 'auto' && overflowX !== 'scroll' && getComputedStyle(one).display !== 'inline')
      found.push('cut' + (textOverflow === 'ellipsis' ? ' with …' : '') + ': ' + own.slice(0, 60))
    if (one.tagName === 'INPUT' && one.placeholder && !one.value && one.scrollWidth > one.clientWidth + 1) found.push('cut placeholder: ' + one.placeholder)
    const box = one.getBoundingClientRect()
    if (own !== '' && box.width > 0 && (box.right > innerWidth + 1 || box.left < -1) && !one.closest('.board-scroll, .overflow-x-auto'))
      found.push('beyond the edge: ' + own.slice(0, 60))
  }
  return [...new Set(found)]
}`

/** English texts of the pages that a language says otherwise. */
function englishOnly(lang: Language): string[] {
  const own = new Set(textsOf(lang))
  return textsOf('en').filter((text) => text.length > 3 && !text.includes('{') && !own.has(text))
}

function textsOf(lang: Language): string[] {
  const leaves = (value: unknown): string[] =>
    typeof value === 'string' ? value.split(' | ') : Object.values(value as object).flatMap(leaves)
  return ['app/texts', 'lib/texts'].flatMap((folder) =>
    leaves(JSON.parse(readFileSync(fileURLToPath(new URL(`../../${folder}/${lang}.json`, import.meta.url)), 'utf8'))),
  )
}

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
