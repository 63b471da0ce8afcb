import type { Page } from 'playwright-core'
import { startChromium } from '../test/browser/chromium.ts'
import { buildApp } from '../test/build-app.ts'
import { SEED } from '../test/portal/index.ts'
import { type Rig, startRig } from '../test/rig.ts'
import { fillJournal, fillTriggers } from './fill-portal.ts'
import { median } from './median.ts'
import type { Goal, Report } from './results.ts'

const TRIGGERS = 200
const ENTRIES = 100_000
const ROUNDS = 15
const BOARD = '/crm/deal/automation/4/'

/** How fast the pages are inside a portal with many triggers and a long journal, in Chromium; and the lists behind them. */
export async function pages(report: Report): Promise<void> {
  await buildApp()
  const rig = await startRig()
  const browser = await startChromium()
  try {
    await fillJournal(rig.stagecue.db, rig.portal.memberId, await fillTriggers(rig, TRIGGERS), { to: ENTRIES })
    const opened: Opened[] = []
    for (let round = 0; round < 5; round += 1) {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
      opened.push(await open(page, rig))
      await page.close()
    }
    const of = (name: keyof Opened) => median(opened.map((one) => one[name]))
    for (const [name, measured, unit, goal] of wanted) report(name, of(measured), unit, goal)
    await measureLists(rig, report)
  } finally {
    await browser.close()
    await rig.stop()
  }
}

const wanted: readonly [string, keyof Opened, string, Goal][] = [
  ['board, first load, packed', 'kilobytes', 'kB', { atMost: 400 }],
  ['board, largest contentful paint', 'paint', 'ms', { atMost: 2500 }],
  ['board and journal, layout shift', 'shift', '', { atMost: 0.1 }],
  ['board, search: slowest interaction', 'board', 'ms', { atMost: 200 }],
  ['journal, opened and searched: slowest interaction', 'journal', 'ms', { atMost: 200 }],
]

/** `kilobytes`: page, scripts and styles as they were sent, without the answers of the API; `board`, `journal`: slowest interaction. */
type Opened = { kilobytes: number; paint: number; shift: number; board: number; journal: number }
type Measured = { paint: number; shift: number; interaction: number }

/** Opens the board beside the native automation, types into its search, goes to the journal and searches there. */
async function open(page: Page, rig: Rig): Promise<Opened> {
  await page.goto(rig.portal.url + BOARD)
  const app = page.frameLocator('iframe[title="Stagecue"]')
  await app.getByText('Line 200 rang').waitFor()
  const frame = page.frames().find((one) => one.url().startsWith(rig.url))
  if (!frame) throw new Error('The app is in no frame')
  const kilobytes = await frame.evaluate<number>(loaded)
  await frame.evaluate(observe)
  await app.getByRole('searchbox').first().pressSequentially('Line 19')
  await app.getByText('Line 200 rang').waitFor({ state: 'detached' })
  const board = await frame.evaluate<Measured>('window.measured()')
  await app.getByRole('navigation').first().getByRole('button', { name: 'Journal' }).click()
  await app.getByText('Technical details').first().waitFor()
  await app.getByRole('searchbox').first().pressSequentially('Line 19')
  const { shift, interaction } = await frame.evaluate<Measured>('window.measured()')
  return { kilobytes, paint: board.paint, shift, board: board.interaction, journal: interaction }
}

/** Runs in the page: what was loaded until now, kilobytes. */
const loaded = `['navigation', 'resource']
  .flatMap((type) => performance.getEntriesByType(type))
  .filter(({ name }) => !name.includes('/api/'))
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1000`

/** Runs in the page: what the browser itself measured since it was opened. Milliseconds since the frame's navigation. */
const observe = `(() => {
  const seen = { paint: 0, shift: 0, interaction: 0 }
  const watch = (type, read, options = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(read)).observe({ type, buffered: true, ...options })
  watch('largest-contentful-paint', ({ startTime }) => { seen.paint = startTime })
  watch('layout-shift', ({ value, hadRecentInput }) => { if (!hadRecentInput) seen.shift += value })
  watch('event', ({ duration }) => { seen.interaction = Math.max(seen.interaction, duration) }, { durationThreshold: 16 })
  window.measured = () => new Promise((done) => setTimeout(() => {
    done({ ...seen })
    seen.interaction = 0
  }, 200))
})()`

async function measureLists(rig: Rig, report: Report): Promise<void> {
  const admin = await rig.as(SEED.users.admin)
  const lists = {
    'GET /api/triggers of a pipeline': '/api/triggers?entityTypeId=2&categoryId=4',
    'GET /api/triggers of all pipelines': '/api/triggers',
    'GET /api/journal, newest 50': '/api/journal',
    'GET /api/journal, search by name': '/api/journal?search=Line%20199',
    'GET /api/journal/count': '/api/journal/count',
    'GET /api/journal of one item': '/api/journal?entityTypeId=2&itemId=31',
    'GET /api/journal, only moved': '/api/journal?outcome=moved',
    'GET /api/journal, a reason that never was': '/api/journal?reason=no-rights',
    'GET /api/directory': '/api/directory',
  }
  for (const [name, path] of Object.entries(lists)) {
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const begun = performance.now()
      const { status } = await admin('GET', path)
      if (status !== 200) throw new Error(`${path} answered ${status}`)
      times.push(performance.now() - begun)
    }
    report(name, median(times), 'ms', { atMost: 300 })
  }
}
