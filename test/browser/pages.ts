import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FrameLocator, Page, Route } from 'playwright-core'
import { triggers } from '../demo/day.ts'
import { SEED } from '../portal/index.ts'
import type { Rig } from '../rig.ts'

const { users } = SEED

export const BOARD = '/crm/deal/automation/4/'
export const APP = '/marketplace/app/12/'

/** A text of the pages by its key. */
export type Say = (key: string, params?: Record<string, string>) => string
export type Visited = { stagecue: FrameLocator; page: Page; say: Say }

/** `before` brings the portal into the state that the page shows, `after` back again; `complaint`: what the browser says of it. */
export type Shown = {
  path: string
  user?: number
  before?(rig: Rig): Promise<void>
  show(visited: Visited): Promise<void>
  after?(rig: Rig): Promise<void>
  complaint?: RegExp
  /** No more can be done in the page afterwards. */
  endsSession?: true
  /** What the server answers otherwise in this state, from the first request on. */
  routes?(page: Page): Promise<unknown>
  /** The portal of the playground, without the app. */
  isPortalAlone?: true
  /** A page of ours without a portal around it. */
  isOurs?: true
  /** What is open closes, or is left by the pointer, when the window changes its size. */
  closesOnResize?: true
}

/** Every page, dialog and state of Stagecue: where it is, and what is done there until it shows. */
export const pages: Record<string, Shown> = {
  board: { path: BOARD, show: ({ stagecue }) => stagecue.getByRole('article', { name: 'Offer is out' }).waitFor() },
  'board-empty': {
    path: '/crm/type/177/automation/10/',
    show: ({ stagecue, say }) => stagecue.getByRole('button', { name: say('board.add-first') }).waitFor(),
  },
  'board-employee': {
    path: BOARD,
    user: users.sam,
    show: ({ stagecue }) => stagecue.getByRole('article', { name: 'Offer is out' }).waitFor(),
  },
  'board-nobody': {
    path: BOARD,
    user: users.noCrm,
    show: ({ stagecue }) => stagecue.getByRole('article', { name: 'Offer is out' }).waitFor(),
  },
  'board-paused': {
    path: BOARD,
    before: (rig) => pause(rig, true),
    show: ({ stagecue, say }) => stagecue.getByRole('button', { name: say('pause.resume') }).waitFor(),
    after: (rig) => pause(rig, false),
  },
  'board-menu': {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: say('board.actions', { name: 'Offer is out' }) }).click()
      await stagecue.getByRole('menuitem', { name: say('board.remove') }).waitFor()
    },
  },
  'board-bulk': {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('article', { name: 'Offer is out' }).waitFor()
      await stagecue.getByRole('button', { name: say('bulk.start') }).click()
      await stagecue.getByRole('checkbox', { name: say('bulk.choose', { name: 'Offer is out' }) }).click()
    },
  },
  'board-message': {
    path: BOARD,
    closesOnResize: true,
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: say('invitation.copy') }).click()
      // A message that the pointer rests on stays.
      await stagecue.getByRole('region', { name: /F8/ }).getByRole('listitem').hover()
    },
  },
  'board-welcome': {
    path: APP,
    before: removeTriggers,
    show: ({ stagecue, say }) => stagecue.getByRole('region', { name: say('install.next') }).waitFor(),
    after: restoreTriggers,
  },
  'connection-lost': {
    path: APP,
    show: async ({ page, stagecue, say }) => {
      await stagecue.getByRole('button', { name: say('nav.settings'), exact: true }).waitFor()
      await page.route('**/api/journal*', (route) => route.fulfill({ status: 502, body: '' }))
      await openPage(stagecue, say('nav.label'), say('nav.journal'))
      await stagecue.getByRole('button', { name: say('common.again') }).waitFor()
    },
    complaint: /502/,
    endsSession: true,
  },
  'connection-expired': {
    path: APP,
    show: async ({ page, stagecue, say }) => {
      await stagecue.getByRole('button', { name: say('nav.settings'), exact: true }).waitFor()
      await page.route('**/api/**', (route) =>
        route.fulfill({ status: 401, json: { error: { code: 'unauthorized' } } }),
      )
      await openPage(stagecue, say('nav.label'), say('nav.journal'))
      const panel = stagecue.getByRole('main').getByRole('alert')
      await panel.getByRole('button', { name: say('connection.reload') }).waitFor()
    },
    complaint: /401/,
    endsSession: true,
  },
  'connection-unknown-portal': {
    path: APP,
    before: (rig) => setStatus(rig, 'uninstalled'),
    show: ({ stagecue }) => stagecue.locator('p').nth(1).waitFor(),
    after: (rig) => setStatus(rig, 'installed'),
  },
  catalogue: {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: say('board.add-to', { stage: 'Offer' }) }).click()
      await stagecue.getByRole('dialog').getByRole('listitem').last().waitFor()
    },
  },
  form: {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: 'Call missed on Sales', exact: true }).click()
      await stagecue.getByRole('textbox', { name: say('fields.name.label') }).fill('Call missed, again')
      await stagecue.getByRole('button', { name: say('form.save') }).waitFor()
    },
  },
  'form-new': {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: say('board.add'), exact: true }).click()
      await stagecue.getByRole('dialog').getByRole('listitem').nth(1).getByRole('button').click()
      await stagecue.getByRole('textbox', { name: say('fields.name.label') }).waitFor()
    },
  },
  'form-history': { path: BOARD, show: (visited) => openTab(visited, 'history') },
  'form-journal': { path: BOARD, show: (visited) => openTab(visited, 'journal') },
  'form-employee': {
    path: BOARD,
    user: users.readOnly,
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: 'We called back', exact: true }).click()
      await stagecue.getByRole('textbox', { name: say('fields.name.label') }).waitFor()
    },
  },
  'form-rehearsed': {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: say('board.actions', { name: 'Call missed on Sales' }) }).click()
      await stagecue.getByRole('menuitem', { name: say('board.rehearse') }).click()
      await stagecue.getByText(say('journal.technical')).waitFor()
    },
  },
  'form-refused': {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: 'Call missed on Sales', exact: true }).click()
      await stagecue.getByRole('textbox', { name: say('fields.name.label') }).fill('')
      await stagecue.getByRole('button', { name: say('form.save') }).click()
      await stagecue.getByText(say('form.check')).waitFor()
    },
  },
  'form-conflict': {
    path: BOARD,
    show: async ({ page, stagecue, say }) => {
      await stagecue.getByRole('button', { name: 'Call missed on Sales', exact: true }).click()
      await stagecue.getByRole('textbox', { name: say('fields.name.label') }).fill('Call missed, again')
      const refuse = (route: Route) => route.fulfill({ status: 409, json: { error: { code: 'conflict' } } })
      await page.route('**/api/triggers/*', (route) =>
        route.request().method() === 'PUT' ? refuse(route) : route.fallback(),
      )
      await stagecue.getByRole('button', { name: say('form.save') }).click()
      await stagecue.getByRole('button', { name: say('conflict.see') }).click()
    },
    complaint: /409/,
  },
  'dialog-delete': {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: say('board.actions', { name: 'Offer is out' }) }).click()
      await stagecue.getByRole('menuitem', { name: say('board.remove') }).click()
      await stagecue
        .getByRole('dialog')
        .getByRole('button', { name: say('common.cancel') })
        .waitFor()
    },
  },
  journal: {
    path: APP,
    show: async ({ stagecue, say }) => {
      await openPage(stagecue, say('nav.label'), say('nav.journal'))
      await stagecue.getByText(say('journal.technical')).nth(1).click()
      await stagecue.locator('details[open]').getByText(say('technical.happened'), { exact: true }).waitFor()
    },
  },
  'journal-filters': {
    path: APP,
    show: async ({ stagecue, say }) => {
      await openPage(stagecue, say('nav.label'), say('nav.journal'))
      await stagecue.getByRole('button', { name: say('journal.more-filters') }).click()
      await stagecue.getByRole('textbox', { name: say('journal.item-id') }).fill('31')
      await stagecue.getByRole('button', { name: say('journal.more-filters-set', { n: '1' }) }).waitFor()
    },
  },
  'journal-empty': {
    path: APP,
    show: async ({ stagecue, say }) => {
      await openPage(stagecue, say('nav.label'), say('nav.journal'))
      await stagecue.getByRole('searchbox').fill('zzz')
      await stagecue.getByText(say('journal.nothing-found')).waitFor()
    },
  },
  'settings-employee': {
    path: APP,
    user: users.sam,
    show: async ({ stagecue, say }) => {
      await openPage(stagecue, say('nav.label'), say('nav.settings'))
      await stagecue.getByRole('button', { name: say('access.withdraw') }).waitFor()
    },
  },
  'settings-import': {
    path: APP,
    show: async ({ stagecue, say }) => {
      await openPage(stagecue, say('nav.label'), say('nav.settings'))
      const content = { version: 1, triggers: [offer, { ...offer, name: 'Nowhere', stageId: 'C4:NOWHERE' }] }
      const buffer = Buffer.from(JSON.stringify(content))
      const file = { name: 'triggers.json', mimeType: 'application/json', buffer }
      await stagecue.locator('input[type=file]').setInputFiles(file)
      const nowhere = stagecue.getByRole('checkbox', { name: say('transfer.choose', { name: 'Nowhere' }) })
      await nowhere.scrollIntoViewIfNeeded()
    },
  },
  settings: {
    path: APP,
    show: async ({ stagecue, say }) => {
      await openPage(stagecue, say('nav.label'), say('nav.settings'))
      await stagecue.getByText(say('settings.journal-days'), { exact: true }).waitFor()
      // By keyboard: what loads above pushes it down under a pointer.
      await stagecue.getByText(say('audit.title')).press('Enter')
      await stagecue
        .getByRole('group')
        .filter({ hasText: say('audit.title') })
        .getByRole('listitem')
        .first()
        .waitFor()
    },
  },
  'item-tab': {
    path: '/crm/deal/details/31/',
    show: async ({ page, stagecue, say }) => {
      await page.getByRole('button', { name: 'Stagecue', exact: true }).click()
      await stagecue.getByText(say('outcomes.moved'), { exact: true }).first().waitFor()
    },
  },
  'item-tab-empty': {
    path: `/crm/deal/details/${SEED.deals.quiet}/`,
    show: async ({ page, stagecue, say }) => {
      await page.getByRole('button', { name: 'Stagecue', exact: true }).click()
      await stagecue.getByText(say('item.empty')).waitFor()
    },
  },
  'item-tab-employee': {
    path: '/crm/deal/details/31/',
    user: users.readOnly,
    show: async ({ page, stagecue, say }) => {
      await page.getByRole('button', { name: 'Stagecue', exact: true }).click()
      await stagecue.getByText(say('outcomes.moved'), { exact: true }).first().waitFor()
    },
  },
  playground: {
    path: '/',
    isPortalAlone: true,
    show: ({ page }) => page.getByRole('link', { name: 'Shop for Kim' }).waitFor(),
  },
  'installer-first': {
    path: APP,
    before: async (rig) => {
      await forgetInstallation(rig)
      rig.portal.beginInstall()
    },
    show: ({ stagecue, say }) => stagecue.getByText(say('install.choose-first')).waitFor(),
    after: finishInstallation,
  },
  'installer-again': {
    path: APP,
    before: async ({ portal }) => void portal.beginInstall(),
    show: ({ stagecue, say }) => stagecue.getByRole('button', { name: say('install.finish') }).waitFor(),
    after: finishInstallation,
  },
}

const asInes = { changeStageAs: { type: 'user', userId: users.ines }, ifNoAccess: 'wait' }

const offer = {
  kind: 'email-outgoing',
  name: 'Offer is out',
  entityTypeId: SEED.types.deal,
  categoryId: SEED.pipelines.partners,
  stageId: 'C4:UC_OFFER',
}

/**
 * Runs in the portal's page: the app's frame has had its height for a while. Within some hundred milliseconds after a frame of another
 * process is resized Chromium may hand what is pressed to the page around it, when the machine is busy: faster than any hand.
 */
export const atRest = `new Promise((done) => {
  const REST_MS = 400
  let timer = setTimeout(done, REST_MS)
  new ResizeObserver(() => {
    clearTimeout(timer)
    timer = setTimeout(done, REST_MS)
  }).observe(document.querySelector('iframe[title="Stagecue"]'))
})`

/** The name of a page's button tells of failures, too. */
export async function openPage(stagecue: FrameLocator, pages: string, name: string): Promise<void> {
  const button = stagecue.getByRole('navigation', { name: pages }).getByRole('button', { name })
  await button.waitFor()
  await stagecue.owner().evaluate(atRest)
  await button.click()
}

async function openTab({ stagecue, say }: Visited, tab: string): Promise<void> {
  await stagecue.getByRole('button', { name: 'Call missed on Sales', exact: true }).click()
  const tabs = stagecue.getByRole('navigation', { name: say('form.tabs') })
  await tabs.getByRole('button', { name: say(`form.tab-${tab}`), exact: true }).click()
}

export async function pause(rig: Rig, paused: boolean): Promise<void> {
  const admin = await rig.as(users.admin)
  await admin('PUT', '/api/settings', { paused })
}

async function setStatus({ stagecue: { db } }: Rig, status: 'installed' | 'uninstalled'): Promise<void> {
  await db.updateTable('portal').set({ status }).execute()
}

async function removeTriggers(rig: Rig): Promise<void> {
  const admin = await rig.as(users.admin)
  const { body } = await admin('GET', '/api/triggers')
  removed = body.map(({ id }: { id: string }) => id)
  for (const id of removed) await admin('DELETE', `/api/triggers/${id}`)
}

/** Triggers that one page of this process does without. */
let removed: string[] = []

async function restoreTriggers(rig: Rig): Promise<void> {
  const admin = await rig.as(users.admin)
  for (const id of removed) await admin('POST', `/api/triggers/${id}/restore`)
}

/** As if nobody had run the installer yet. */
async function forgetInstallation({ stagecue: { db } }: Rig): Promise<void> {
  await db.updateTable('portal').set({ install_steps: '[]' }).execute()
}

/** The installer was opened: the portal is as it was before. */
async function finishInstallation(rig: Rig): Promise<void> {
  const admin = await rig.as(users.admin)
  await admin('POST', '/api/install', { delegate: false })
  if (rig.portal.world.app.state === 'installing') rig.portal.finishInstall()
}

/** The pages' own texts in a language; English where a file is missing, as the pages do it. */
export function sayIn(lang: string): Say {
  const file = (code: string) => fileURLToPath(new URL(`../../app/texts/${code}.json`, import.meta.url))
  const texts = JSON.parse(readFileSync(existsSync(file(lang)) ? file(lang) : file('en'), 'utf8'))
  return (key, params = {}) => {
    const text: string = key.split('.').reduce((under, part) => under[part], texts)
    return text.replace(/\{(\w+)\}/g, (_, name) => params[name] ?? '')
  }
}

/** A portal with all that the pages show: what moved, what would have, what failed. */
export async function prepare(rig: Rig): Promise<void> {
  await rig.as(users.sam)
  for (const trigger of triggers) await rig.addTrigger(trigger)
  rig.portal.act.callIn({ result: 'missed' })
  await rig.settled()
  // A move that somebody has to look at: Ines has not opened Stagecue.
  await rig.addTrigger({ ...asInes, name: 'Kim called', kind: 'call-inbound', stageId: 'C4:UC_OFFER' })
  rig.portal.act.callIn({})
  await rig.settled()
}

/**
 * Runs in a frame: all that moves has arrived, but for what turns for ever, and what changed is painted. A frame of another site shows white until
 * then.
 */
export const painted = `Promise.allSettled(document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < Infinity).map((one) => one.finished))
  .then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))`

/** As the switch of the app does, which cannot be reached while a dialog is open. */
export async function putOn(stagecue: FrameLocator, page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme })
  await stagecue.locator('html').evaluate((root: { classList: { toggle(name: string, on: boolean): void } }, on) => {
    root.classList.toggle('light', on === 'light')
    root.classList.toggle('dark', on === 'dark')
  }, theme)
}
