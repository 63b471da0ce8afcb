import type { FrameLocator, Page, Route } from 'playwright-core'
import type { ItemType } from '../../app/model.ts'
import { enqueue } from '../../lib/store/jobs.ts'
import { SEED } from '../portal/index.ts'
import type { Rig } from '../rig.ts'
import { APP, BOARD, openPage, pause, type Say, type Shown, type Visited } from './pages.ts'

const { users, types, pipelines } = SEED

const GENERAL = '/crm/deal/automation/0/'
const LEADS = '/crm/lead/automation/0/'

/** What is left to show beside `pages`: states that only `npm run pictures` opens, as the tests of their parts walk through them. */
export const states: Record<string, Shown> = {
  'board-general': { path: GENERAL, show: ({ stagecue }) => card(stagecue, 'Amount is known').waitFor() },
  'board-leads': { path: LEADS, show: ({ stagecue }) => card(stagecue, 'Wants a call').waitFor() },
  'board-long-names': {
    path: BOARD,
    before: async (rig) => {
      const name = 'Rückrufbitte Donaudampfschifffahrtsgesellschaft: никто не ответил на входящий звонок клиента'
      made = await addAll(rig, [
        { kind: 'call-missed', name, stageId: 'C4:UC_VISIT' },
        { kind: 'email-incoming', name: 'x'.repeat(200), stageId: 'C4:UC_VISIT', mode: 'watch' },
      ])
    },
    show: ({ stagecue }) => card(stagecue, /^Rückrufbitte/).waitFor(),
    after: removeMade,
  },
  'board-stage-gone': {
    path: BOARD,
    routes: (page) => change(page, '**/api/directory', (types) => types.map(withoutVisits)),
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('region', { name: say('board.lost') }).scrollIntoViewIfNeeded()
    },
  },
  'board-moves-nothing': {
    path: BOARD,
    before: addIdle,
    show: ({ stagecue, say }) => card(stagecue, 'To the beginning').getByText(say('attention.moves-nothing')).waitFor(),
    after: removeMade,
  },
  'board-nothing-found': {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('searchbox', { name: say('board.search') }).fill('zzz')
      await stagecue.getByRole('button', { name: say('board.clear-filter') }).waitFor()
    },
  },
  'board-not-loaded': {
    path: BOARD,
    routes: (page) => page.route('**/api/triggers?*', (route) => route.fulfill({ status: 502, body: '' })),
    show: ({ stagecue, say }) => stagecue.getByText(say('board.not-loaded')).waitFor(),
  },
  'board-no-types': {
    path: BOARD,
    routes: (page) => page.route('**/api/directory', (route) => route.fulfill({ json: [] })),
    show: ({ stagecue, say }) => stagecue.getByText(say('board.no-types')).waitFor(),
  },
  'board-list-open': {
    path: BOARD,
    closesOnResize: true,
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('combobox', { name: say('board.state') }).click()
      await stagecue.getByRole('option', { name: say('states.attention') }).waitFor()
    },
  },
  'board-paused-employee': {
    path: BOARD,
    user: users.sam,
    before: (rig) => pause(rig, true),
    show: ({ stagecue, say }) => stagecue.getByText(say('pause.ask')).waitFor(),
    after: (rig) => pause(rig, false),
  },
  'board-saved': {
    path: BOARD,
    closesOnResize: true,
    show: async ({ stagecue, say }) => {
      await open(stagecue, 'Trial: any call')
      const name = nameField({ stagecue, say })
      const before = await name.inputValue()
      await name.fill(`${before} `)
      await stagecue.getByRole('button', { name: say('form.save') }).click()
      await stagecue.locator('.panel-marked').waitFor()
      await stagecue.getByRole('region', { name: /F8/ }).getByRole('listitem').hover()
    },
  },
  'dialog-copy': {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: say('board.actions', { name: 'Offer is out' }) }).click()
      await stagecue.getByRole('menuitem', { name: say('board.copy') }).click()
      await stagecue.getByRole('dialog').getByRole('combobox').first().waitFor()
    },
  },
  'dialog-bulk-delete': {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await card(stagecue, 'Offer is out').waitFor()
      await stagecue.getByRole('button', { name: say('bulk.start') }).click()
      await stagecue.getByRole('button', { name: say('bulk.all') }).click()
      await stagecue
        .getByRole('region', { name: say('bulk.title') })
        .getByRole('button', { name: say('board.remove') })
        .click()
      await dialog({ stagecue, say })
    },
  },
  'catalogue-nothing': {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: say('board.add-to', { stage: 'Offer' }) }).click()
      await stagecue.getByRole('searchbox', { name: say('catalogue.search') }).fill('zzz')
      await stagecue.getByText(say('catalogue.nothing')).waitFor()
    },
  },
  'catalogue-lacking': {
    path: BOARD,
    before: (rig) => withoutScopes(rig, ['telephony', 'imopenlines']),
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: say('board.add-to', { stage: 'Offer' }) }).click()
      await stagecue.getByRole('dialog').getByRole('listitem').last().waitFor()
    },
    after: withScopes,
  },
  'form-lacking': {
    path: BOARD,
    before: (rig) => withoutScopes(rig, ['telephony', 'imopenlines']),
    show: async ({ stagecue, say }) => {
      await open(stagecue, 'Call missed on Sales')
      await nameField({ stagecue, say }).waitFor()
    },
    after: withScopes,
  },
  'form-link': {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await open(stagecue, 'Offer was accepted')
      await stagecue.getByRole('textbox', { name: say('try.url') }).fill('https://acme.example/other')
      await stagecue.getByText(say('try.no')).waitFor()
    },
  },
  'form-chat': {
    path: GENERAL,
    show: async ({ stagecue, say }) => {
      await open(stagecue, 'Wants to order')
      await stagecue.getByRole('textbox', { name: say('try.text') }).fill('I order it')
      await stagecue.getByText(say('try.yes')).waitFor()
    },
  },
  'form-duration': {
    path: GENERAL,
    show: async ({ stagecue, say }) => {
      await open(stagecue, 'Waited a minute')
      await stagecue
        .getByRole('textbox', { name: say('form.minutes-of', { label: say('fields.seconds.label') }) })
        .fill('1.5')
      await stagecue.getByRole('button', { name: say('form.save') }).click()
      await stagecue.getByText(say('form.whole-number')).waitFor()
    },
  },
  'form-fields-open': {
    path: GENERAL,
    closesOnResize: true,
    show: async ({ stagecue, say }) => {
      await open(stagecue, 'Amount is known')
      await stagecue.getByRole('button', { name: say('fields.fieldNames.label') }).click()
      await stagecue.getByRole('option').nth(3).waitFor()
    },
  },
  'form-fields-refused': {
    path: GENERAL,
    routes: (page) =>
      page.route('**/api/fields?*', (route) =>
        route.fulfill({ json: { entries: [], next: null, missing: 'crm.read' } }),
      ),
    show: async ({ stagecue, say }) => {
      await open(stagecue, 'Amount is known')
      await stagecue.getByRole('button', { name: say('missing.again') }).waitFor()
    },
  },
  'form-payment': {
    path: GENERAL,
    show: async ({ stagecue, say }) => {
      await open(stagecue, 'Was paid')
      await nameField({ stagecue, say }).waitFor()
    },
  },
  'form-of-a-form': {
    path: LEADS,
    routes: (page) => page.route('**/api/forms?*', (route) => route.fulfill({ json: namelessForms })),
    show: async ({ stagecue, say }) => {
      await open(stagecue, 'Wants a call')
      await stagecue.getByRole('button', { name: say('missing.again') }).waitFor()
    },
  },
  ...openLists({
    'form-line-open': { trigger: 'Call missed on Sales', role: 'button', list: 'fields.line.label' },
    'form-stage-open': {
      trigger: 'Call missed on Sales',
      typed: 'Missed',
      role: 'combobox',
      list: 'fields.stageId.label',
    },
    'form-from-open': { trigger: 'Offer is out', typed: 'Offer', role: 'button', list: 'fields.fromStages.label' },
    'form-person-open': { trigger: 'We called back', typed: 'We called', role: 'button', list: 'actor.choose' },
  }),
  'form-moves-nothing': {
    path: BOARD,
    before: addIdle,
    show: async ({ stagecue, say }) => {
      await open(stagecue, 'To the beginning')
      await stagecue.getByText(say('attention.moves-nothing')).waitFor()
    },
    after: removeMade,
  },
  'form-failed': {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await open(stagecue, 'Kim called')
      await nameField({ stagecue, say }).waitFor()
    },
  },
  'form-brought-back': {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await open(stagecue, 'Call missed on Sales')
      await nameField({ stagecue, say }).fill('Not saved yet')
      await stagecue.locator('body').evaluate('history.back()')
      await open(stagecue, 'Call missed on Sales')
      await stagecue.getByText(say('form.brought-back')).waitFor()
    },
  },
  'form-leave': {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await open(stagecue, 'Call missed on Sales')
      await nameField({ stagecue, say }).fill('Not saved yet')
      await stagecue.getByRole('button', { name: say('common.cancel') }).click()
      await stagecue.getByRole('dialog', { name: say('form.leave-title') }).waitFor()
    },
  },
  'form-not-loaded': {
    path: BOARD,
    routes: (page) => page.route(/\/api\/triggers\/\d+$/, (route) => route.fulfill({ status: 502, body: '' })),
    show: async ({ stagecue, say }) => {
      await open(stagecue, 'Call missed on Sales')
      await stagecue.getByRole('alert').getByText(say('form.not-loaded')).waitFor()
    },
  },
  'form-deleted': {
    path: APP,
    before: async (rig) => {
      made = await addAll(rig, [{ kind: 'call-outbound', name: 'No longer', stageId: 'C4:UC_OFFER' }])
      await removeMade(rig)
    },
    show: async ({ stagecue, say }) => {
      await openAudit({ stagecue, say })
      const lines = stagecue
        .getByRole('group')
        .filter({ hasText: say('audit.title') })
        .getByRole('listitem')
      const line = lines.filter({ hasText: 'No longer' }).first()
      await line.getByRole('button', { name: say('audit.open-history') }).click()
      await stagecue.getByRole('button', { name: say('gone.restore') }).waitFor()
    },
  },
  'form-placeless': {
    path: BOARD,
    routes: (page) =>
      change(page, /\/api\/triggers\/\d+$/, (trigger) => ({ ...trigger, categoryId: 999, stageId: 'C999:NEW' })),
    show: async ({ stagecue, say }) => {
      await open(stagecue, 'Call missed on Sales')
      await stagecue.getByText(say('form.no-pipeline')).waitFor()
    },
  },
  'journal-all': {
    path: APP,
    show: async ({ stagecue, say }) => {
      await openPage(stagecue, say('nav.label'), say('nav.journal'))
      await stagecue.getByRole('checkbox', { name: say('journal.ruled-out') }).check()
      await stagecue.getByRole('main').getByRole('listitem').nth(2).waitFor()
      const noise = stagecue.getByRole('main').locator('button.text-link').first()
      if (await noise.isVisible()) await noise.click()
      await stagecue.getByRole('main').getByRole('listitem').nth(3).waitFor()
    },
  },
  'journal-failed': {
    path: BOARD,
    show: async ({ stagecue, say }) => {
      await card(stagecue, 'Kim called')
        .getByRole('button', { name: say('board.see-failures') })
        .or(card(stagecue, 'Kim called').getByRole('button', { name: say('board.failed', { n: '1' }) }))
        .first()
        .click()
      await stagecue.getByText(say('outcomes.failed'), { exact: true }).first().waitFor()
    },
  },
  'journal-days': {
    path: APP,
    show: async ({ stagecue, say }) => {
      await openPage(stagecue, say('nav.label'), say('nav.journal'))
      await stagecue.getByRole('combobox', { name: say('journal.period') }).click()
      await stagecue.getByRole('option', { name: say('journal.periods.custom') }).click()
      await stagecue.getByLabel(say('journal.from'), { exact: true }).waitFor()
    },
  },
  'journal-triggers-open': {
    path: APP,
    closesOnResize: true,
    show: async ({ stagecue, say }) => {
      await openPage(stagecue, say('nav.label'), say('nav.journal'))
      await stagecue.getByRole('button', { name: `${say('journal.trigger')}: ${say('journal.any-trigger')}` }).click()
      await stagecue.getByRole('option').nth(3).waitFor()
    },
  },
  'journal-new': {
    path: APP,
    routes: (page) => page.route('**/api/journal?*', (route) => emptyList(route)),
    show: async ({ stagecue, say }) => {
      await openPage(stagecue, say('nav.label'), say('nav.journal'))
      await stagecue.getByText(say('journal.empty')).waitFor()
    },
  },
  'dialog-undo': {
    path: APP,
    show: async ({ stagecue, say }) => {
      await openPage(stagecue, say('nav.label'), say('nav.journal'))
      await stagecue
        .getByRole('button', { name: say('journal.undo'), exact: true })
        .first()
        .click()
      await dialog({ stagecue, say })
    },
  },
  'item-tab-all': {
    path: '/crm/deal/details/31/',
    show: async ({ page, stagecue, say }) => {
      await page.getByRole('button', { name: 'Stagecue', exact: true }).click()
      await stagecue.getByRole('checkbox', { name: say('journal.ruled-out') }).check()
      await stagecue.getByText(say('outcomes.skipped'), { exact: true }).first().waitFor()
    },
  },
  'item-tab-link': {
    path: `/crm/deal/details/${SEED.deals.quiet}/`,
    show: async ({ page, stagecue, say }) => {
      await page.getByRole('button', { name: 'Stagecue', exact: true }).click()
      await stagecue.getByText(say('link.title'), { exact: true }).click()
      const target = stagecue.getByRole('textbox', { name: say('link.target') })
      await target.fill('https://acme.example/offer?customer=31')
      await target.press('Enter')
      await stagecue.getByRole('button', { name: say('link.copy') }).waitFor()
    },
  },
  'item-tab-link-refused': {
    path: `/crm/deal/details/${SEED.deals.kim}/`,
    user: users.readOnly,
    show: async ({ page, stagecue, say }) => {
      await page.getByRole('button', { name: 'Stagecue', exact: true }).click()
      await stagecue.getByText(say('link.title'), { exact: true }).click()
      await stagecue.getByRole('textbox', { name: say('link.target') }).fill('https://acme.example/offer')
      await stagecue.getByRole('button', { name: say('link.make') }).click()
      await stagecue
        .getByRole('alert')
        .or(stagecue.getByRole('button', { name: say('link.copy') }))
        .first()
        .waitFor()
    },
  },
  'settings-changed': {
    path: APP,
    closesOnResize: true,
    show: async ({ stagecue, say }) => {
      await openSettings({ stagecue, say })
      const managers = stagecue.getByRole('button', {
        name: `${say('settings.managers')}: ${say('settings.add-manager')}`,
      })
      await managers.click()
      await stagecue.getByRole('option', { name: 'Sam Seller' }).click()
      await stagecue.getByRole('button', { name: say('form.save') }).waitFor()
      await managers.click()
      await stagecue.getByRole('option').nth(1).waitFor()
    },
  },
  'settings-refused': {
    path: APP,
    show: async ({ stagecue, say }) => {
      await openSettings({ stagecue, say })
      const days = stagecue.getByRole('spinbutton', { name: say('settings.journal-days') })
      await days.fill('99999')
      await days.press('Tab')
      await stagecue.getByRole('button', { name: say('form.save') }).click()
      await stagecue.locator('[aria-invalid="true"]').first().waitFor()
    },
  },
  'settings-paused': {
    path: APP,
    before: (rig) => pause(rig, true),
    show: async ({ stagecue, say }) => {
      await openSettings({ stagecue, say })
      await stagecue.getByText(say('status.paused-since')).scrollIntoViewIfNeeded()
    },
    after: (rig) => pause(rig, false),
  },
  'settings-trouble': {
    path: APP,
    before: async (rig) => {
      await withoutScopes(rig, ['telephony', 'imopenlines'])
      await rig.stagecue.worker.stop()
      const now = new Date()
      const job = { portal: rig.portal.memberId, type: 'notice' as const, dedupKey: 'x', dueAt: now }
      await enqueue(rig.stagecue.db, [job], now)
      const parked = { state: 'parked' as const, reason: 'malformed' }
      await rig.stagecue.db.updateTable('work').set(parked).where('subject', '=', 'x').execute()
    },
    routes: (page) =>
      change(page, '**/api/status', (status) => {
        const at = '2026-11-30T09:00:00.000Z'
        return {
          ...status,
          subscriptions: {
            ...status.subscriptions,
            missing: ['ONCRMACTIVITYADD', 'ONVOXIMPLANTCALLEND', 'ONOPENLINEMESSAGEADD', 'ONCRMDEALUPDATE'],
            missed: { at, found: 3 },
            renewed: { at, version: 2, why: 'missed' },
          },
          work: { ...status.work, due: 1201, parked: 3, overdueSince: at, oldestSeconds: 5400 },
          budget: { ...status.budget, blockedUntil: at },
          sweep: { at, found: 2, refused: { calls: 'ACCESS_DENIED', chats: 'ACCESS_DENIED' } },
          drift: [{ method: 'crm.activity.list', shape: 'result.0.ID: number', count: 3, lastAt: at }],
        }
      }),
    show: async ({ stagecue, say }) => {
      await openSettings({ stagecue, say })
      await stagecue.getByRole('region', { name: say('work.title') }).scrollIntoViewIfNeeded()
    },
    after: async (rig) => {
      await rig.stagecue.db.deleteFrom('work').where('subject', '=', 'x').execute()
      await rig.stagecue.worker.start()
      await withScopes(rig)
    },
  },
  'settings-links': {
    path: APP,
    before: async (rig) => {
      const admin = await rig.as(users.admin)
      const link = { entityTypeId: types.deal, itemId: SEED.deals.kim }
      for (const target of [
        'https://shop.example/offer?customer=1',
        'https://a-very-long-name-of-a-site.acme-shop.example/',
      ])
        await admin('POST', '/api/links', { ...link, target })
      stopped = [(await admin('POST', '/api/links/stopped', { target: 'shop.example' })).body.id]
    },
    show: async ({ stagecue, say }) => {
      await openSettings({ stagecue, say })
      const part = stagecue.getByRole('region', { name: say('links.title') })
      await part
        .getByRole('button', { name: say('links.stop'), exact: true })
        .last()
        .click()
      await part.getByText(say('form.required')).scrollIntoViewIfNeeded()
    },
    after: async (rig) => {
      const admin = await rig.as(users.admin)
      for (const id of stopped) await admin('DELETE', `/api/links/stopped/${id}`)
    },
  },
  'settings-imported': {
    path: APP,
    show: async ({ stagecue, say }) => {
      await openSettings({ stagecue, say })
      const asNobody = { changeStageAs: { type: 'user', userId: 99_999 }, ifNoAccess: 'wait' }
      const trigger = {
        kind: 'email-outgoing',
        entityTypeId: types.deal,
        categoryId: pipelines.partners,
        stageId: 'C4:UC_OFFER',
      }
      const list = [
        { ...trigger, name: 'From elsewhere', fromStages: ['C4:GONE'] },
        { ...trigger, name: 'As nobody', ...asNobody },
      ]
      await chooseFile(stagecue, JSON.stringify({ version: 1, triggers: list }))
      await stagecue.getByRole('button', { name: importLabel(say) }).click()
      await stagecue.getByRole('button', { name: say('transfer.undo') }).scrollIntoViewIfNeeded()
    },
    after: async (rig) => {
      const admin = await rig.as(users.admin)
      const { body } = await admin('GET', '/api/triggers')
      const imported = body.filter(({ name }: { name: string }) => /^(From elsewhere|As nobody)/.test(name))
      for (const { id } of imported) await admin('DELETE', `/api/triggers/${id}`)
    },
  },
  'settings-no-export': {
    path: APP,
    show: async ({ stagecue, say }) => {
      await openSettings({ stagecue, say })
      await chooseFile(stagecue, '<html>')
      await stagecue.getByText(say('transfer.unreadable', { file: 'triggers.json' })).scrollIntoViewIfNeeded()
    },
  },
  ...dialogs({
    'dialog-pause': (say) => say('pause.button'),
    'dialog-sign-out': (say) => say('sessions.sign-out'),
    'dialog-withdraw': (say) => say('access.withdraw'),
    'dialog-stop-links': (say) => say('links.stop-all'),
  }),
  'installer-running': {
    path: APP,
    before: async ({ portal }) => void portal.beginInstall(),
    routes: (page) => page.route('**/api/install', (route) => (isPost(route) ? undefined : route.fallback())),
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: say('install.again') }).click()
      await stagecue.getByText(say('install.running')).waitFor()
    },
    after: finish,
  },
  'installer-failed': {
    path: APP,
    before: async ({ portal }) => {
      portal.beginInstall()
      portal.faults.next({ method: 'placement.bind', kind: 'status', status: 500, times: 9 })
    },
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: say('install.again') }).click()
      await stagecue.getByText(say('install.finish-help')).waitFor()
    },
    after: async (rig) => {
      rig.portal.faults.waiting.length = 0
      await finish(rig)
    },
  },
  'installer-no-answer': {
    path: APP,
    before: async ({ portal }) => void portal.beginInstall(),
    routes: (page) =>
      page.route('**/api/install', (route) =>
        isPost(route) ? route.fulfill({ status: 502, body: '' }) : route.fallback(),
      ),
    show: async ({ stagecue, say }) => {
      await stagecue.getByRole('button', { name: say('install.again') }).click()
      await stagecue.getByRole('alert').waitFor()
    },
    after: finish,
  },
  'installer-employee': {
    path: APP,
    before: async ({ portal }) => void portal.beginInstall(),
    routes: (page) =>
      change(page, '**/api/session', (session) => ({ ...session, user: { ...session.user, admin: false } })),
    show: ({ stagecue, say }) => stagecue.getByText(say('install.only-administrators')).waitFor(),
    after: finish,
  },
  'app-outside': { path: '/app', isOurs: true, show: ({ page }) => page.locator('p').first().waitFor() },
  'link-unknown': { path: '/l/nothing', isOurs: true, show: ({ page }) => page.locator('p').first().waitFor() },
  'playground-card': {
    path: '/crm/deal/details/31/',
    isPortalAlone: true,
    show: ({ page }) => page.locator('#slider').waitFor(),
  },
  'playground-acted': {
    path: '/',
    isPortalAlone: true,
    show: async ({ page }) => {
      await page.getByRole('link', { name: 'Shop for Kim' }).waitFor()
      await page.locator('#customer button').first().click()
      await page.locator('#news li').first().waitFor()
    },
  },
}

/** Where the portal tells no names of forms, one is known by its newest submission. */
const namelessForms = {
  entries: [{ id: '14', title: 'Form without a name', submittedAt: '2026-08-29T10:00:00.000Z' }],
  next: null,
  missing: 'crm.webform.list',
}

/** Triggers that one state adds, and takes away again. */
let made: string[] = []
let stopped: string[] = []
let scope = ''

function card(stagecue: FrameLocator, name: string | RegExp) {
  return stagecue.getByRole('article', { name })
}

async function open(stagecue: FrameLocator, name: string): Promise<void> {
  await stagecue.getByRole('button', { name, exact: true }).click()
}

type App = Pick<Visited, 'stagecue' | 'say'>

function nameField({ stagecue, say }: App) {
  return stagecue.getByRole('textbox', { name: say('fields.name.label') })
}

async function dialog({ stagecue, say }: App): Promise<void> {
  await stagecue
    .getByRole('dialog')
    .getByRole('button', { name: say('common.cancel') })
    .waitFor()
}

async function openSettings({ stagecue, say }: App): Promise<void> {
  await openPage(stagecue, say('nav.label'), say('nav.settings'))
  await stagecue.getByRole('region', { name: say('transfer.title') }).waitFor()
}

async function openAudit({ stagecue, say }: App): Promise<void> {
  await openSettings({ stagecue, say })
  await stagecue.getByText(say('audit.title')).press('Enter')
}

function dialogs(buttons: Record<string, (say: Say) => string>): Record<string, Shown> {
  const shown = Object.entries(buttons).map(([name, button]): [string, Shown] => [
    name,
    {
      path: APP,
      show: async ({ stagecue, say }) => {
        await openSettings({ stagecue, say })
        await stagecue.getByRole('button', { name: button(say), exact: true }).click()
        await dialog({ stagecue, say })
      },
    },
  ])
  return Object.fromEntries(shown)
}

/** A list of a trigger's form; with something typed as the name, the save bar stands below it. */
type OpenList = { trigger: string; typed?: string; role: 'button' | 'combobox'; list: string }

function openLists(lists: Record<string, OpenList>): Record<string, Shown> {
  const shown = Object.entries(lists).map(([name, { trigger, typed, role, list }]): [string, Shown] => [
    name,
    {
      path: BOARD,
      closesOnResize: true,
      show: async ({ stagecue, say }) => {
        await open(stagecue, trigger)
        if (typed !== undefined) await nameField({ stagecue, say }).fill(typed)
        await stagecue.getByRole(role, { name: say(list) }).click()
        await stagecue.getByRole('option').nth(1).waitFor()
      },
    },
  ])
  return Object.fromEntries(shown)
}

async function chooseFile(stagecue: FrameLocator, content: string): Promise<void> {
  const file = { name: 'triggers.json', mimeType: 'application/json', buffer: Buffer.from(content) }
  await stagecue.locator('input[type=file]').setInputFiles(file)
}

/** The button's name has forms for numbers. */
function importLabel(say: Say): RegExp {
  const forms = say('transfer.import-chosen', { n: '2' }).split(' | ')
  return new RegExp(forms.join('|'))
}

function isPost(route: Route): boolean {
  return route.request().method() === 'POST'
}

function emptyList(route: Route): Promise<void> {
  return route.fulfill({ json: { entries: [], next: null } })
}

/** A type of item as the directory tells it, after an administrator deleted a stage. */
function withoutVisits(type: ItemType): ItemType {
  const pipelines = type.pipelines.map((one) => ({
    ...one,
    stages: one.stages.filter(({ stageId }) => stageId !== 'C4:UC_VISIT'),
  }))
  return { ...type, pipelines }
}

/** The server's own answer, but for what is changed. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the server answers
function change(page: Page, path: string | RegExp, how: (answer: any) => object): Promise<unknown> {
  return page.route(path, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: how(await response.json()) })
  })
}

async function addAll(rig: Rig, triggers: Record<string, unknown>[]): Promise<string[]> {
  const ids: string[] = []
  for (const trigger of triggers) ids.push((await rig.addTrigger(trigger)).id)
  return ids
}

/** A trigger that can move nothing: all other stages come later. */
async function addIdle(rig: Rig): Promise<void> {
  made = await addAll(rig, [{ kind: 'call-outbound', name: 'To the beginning', stageId: 'C4:NEW' }])
}

/** The portal grants less than the app asks for. */
async function withoutScopes({ stagecue: { db } }: Rig, lacking: string[]): Promise<void> {
  const row = await db.selectFrom('portal').select('scope').executeTakeFirstOrThrow()
  scope = row.scope
  const rest = scope.split(',').filter((one) => !lacking.includes(one))
  await db.updateTable('portal').set({ scope: rest.join() }).execute()
}

async function withScopes({ stagecue: { db } }: Rig): Promise<void> {
  await db.updateTable('portal').set({ scope }).execute()
}

async function removeMade(rig: Rig): Promise<void> {
  const admin = await rig.as(users.admin)
  for (const id of made) await admin('DELETE', `/api/triggers/${id}`)
  made = []
}

async function finish(rig: Rig): Promise<void> {
  const admin = await rig.as(users.admin)
  await admin('POST', '/api/install', { delegate: false })
  if (rig.portal.world.app.state === 'installing') rig.portal.finishInstall()
}
