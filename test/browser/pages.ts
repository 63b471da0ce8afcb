import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FrameLocator, Page } from 'playwright-core'
import { triggers } from '../demo/day.ts'
import { SEED } from '../portal/index.ts'
import type { Rig } from '../rig.ts'

const { users } = SEED

const BOARD = '/crm/deal/automation/4/'
const APP = '/marketplace/app/12/'

/** A text of the pages by its key. */
export type Say = (key: string, params?: Record<string, string>) => string
export type Visited = { stagecue: FrameLocator; page: Page; say: Say }

/** Every page and dialog of Stagecue: where it is, and what is done there until it shows. */
export const pages: Record<string, { path: string; user?: number; show(visited: Visited): Promise<void> }> = {
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
      await stagecue.getByRole('button', { name: say('nav.journal'), exact: true }).click()
      await stagecue.getByText(say('journal.technical')).nth(1).click()
      await stagecue.getByText(say('technical.happened'), { exact: true }).nth(1).waitFor()
    },
  },
  'journal-filters': {
    path: APP,
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: say('nav.journal'), exact: true }).click()
      await stagecue.getByRole('button', { name: say('journal.more-filters') }).click()
      await stagecue.getByRole('textbox', { name: say('journal.item-id') }).fill('31')
      await stagecue.getByRole('button', { name: say('journal.more-filters-set', { n: '1' }) }).waitFor()
    },
  },
  settings: {
    path: APP,
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: say('nav.settings'), exact: true }).click()
      await stagecue.getByText(say('settings.journal-days'), { exact: true }).waitFor()
      await stagecue.getByText(say('audit.title')).click()
      await stagecue.getByText(say('audit.actions.trigger-made', { name: 'Offer is out' })).waitFor()
    },
  },
  'item-tab': {
    path: '/crm/deal/details/31/',
    show: async ({ page, stagecue, say }) => {
      await page.getByRole('button', { name: 'Stagecue', exact: true }).click()
      await stagecue.getByText(say('outcomes.moved'), { exact: true }).waitFor()
    },
  },
  installer: {
    path: '/',
    show: async ({ page, stagecue, say }) => {
      await page.getByRole('button', { name: 'Open the installer' }).click()
      await stagecue.getByRole('radio', { name: say('delegate.no') }).click()
      await stagecue.getByRole('button', { name: say('install.again'), exact: true }).click()
      await stagecue.getByRole('button', { name: say('install.finish') }).waitFor()
      await stagecue.getByRole('button', { name: say('first.make') }).waitFor()
    },
  },
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

/** A portal with all that the pages show. */
export async function prepare(rig: Rig): Promise<void> {
  await rig.as(users.sam)
  for (const trigger of triggers) await rig.addTrigger(trigger)
  rig.portal.act.callIn({ result: 'missed' })
  await rig.settled()
}

/** The installer was opened: the portal is as it was before. */
export function closeInstaller({ portal }: Rig): void {
  if (portal.world.app.state === 'installing') portal.finishInstall()
}

/** As the switch of the app does, which cannot be reached while a dialog is open. */
export async function putOn(stagecue: FrameLocator, page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme })
  await stagecue.locator('html').evaluate((root: { classList: { toggle(name: string, on: boolean): void } }, on) => {
    root.classList.toggle('light', on === 'light')
    root.classList.toggle('dark', on === 'dark')
  }, theme)
}
