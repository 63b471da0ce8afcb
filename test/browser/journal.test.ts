import type { FrameLocator } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { SEED } from '../portal/index.ts'
import { atBoard, atTab } from './at-board.ts'
import { seriousIssues } from './axe.ts'
import { app, useBrowser } from './visit.ts'

const visits = useBrowser()

beforeAll(async () => {
  await visits.rig.as(SEED.users.sam)
  await visits.rig.addTrigger({ kind: 'call-missed', name: 'Nobody picked up', stageId: 'C4:UC_VISIT' })
  await visits.rig.addTrigger({ kind: 'email-incoming', name: 'Customer wrote' })
  await visits.rig.addTrigger({ kind: 'call-missed', name: 'Office only', fields: { line: SEED.lines.office } })
  const general = { categoryId: SEED.pipelines.general, stageId: 'PREPARATION' }
  await visits.rig.addTrigger({ kind: 'call-missed', name: 'Elsewhere', ...general })
  visits.rig.portal.act.callIn({ result: 'missed' })
  await visits.rig.settled()
  visits.rig.portal.act.receiveMail()
  await visits.rig.settled()
})

const board = () => atBoard(visits)

async function journal() {
  const { page, stagecue } = await atTab(visits, 'Journal', { page: 'journal' })
  const entries = stagecue.getByRole('main').getByRole('listitem')
  await entries.nth(1).waitFor()
  return { page, stagecue, entries }
}

test('rare filters open with the keyboard, say how many are set even when closed, and all are reset at once', async () => {
  const { page, stagecue, entries } = await journal()
  const more = stagecue.getByRole('button', { name: 'More filters' })
  expect(await stagecue.getByRole('textbox', { name: 'ID' }).isVisible()).toBe(false)
  await more.press('Enter')
  expect(await more.getAttribute('aria-expanded')).toBe('true')
  expect(await seriousIssues(page, visits.rig.url)).toEqual([])
  await stagecue.getByRole('textbox', { name: 'ID' }).fill('999')
  await stagecue.getByText('No entries match these filters.').waitFor()
  await more.press('Enter')
  await stagecue.getByRole('button', { name: 'More filters (1)' }).waitFor()
  await stagecue.getByRole('search').getByRole('button', { name: 'Clear filters' }).click()
  await entries.nth(1).waitFor()
  await stagecue.getByRole('button', { name: 'More filters', exact: true }).waitFor()
})

test('what is asked often stands in one row', async () => {
  const { stagecue, entries } = await journal()
  await stagecue.getByRole('combobox', { name: 'Outcome' }).click()
  await stagecue.getByRole('option', { name: 'Moved', exact: true }).click()
  await entries.nth(1).waitFor({ state: 'detached' })
  await stagecue.getByText('Moved from “Introduction” to “Visit” on behalf of Sam Seller.').waitFor()
})

test('an entry begins with what happened; what did not match and what is noise are one click away', async () => {
  const { stagecue, entries } = await journal()
  await stagecue.getByText('Kim Client called “Sales SIP”, nobody answered').waitFor()
  expect(await stagecue.getByText('Elsewhere').count()).toBe(0)
  await stagecue.getByRole('button', { name: /^Show 1 event of other pipelines/ }).click()
  await entries.getByText('this trigger works in “General”').waitFor()
  await stagecue.getByRole('checkbox', { name: 'Show events that did not match' }).check()
  await entries.getByText('Telephone line: Sales SIP; the trigger expects: Office PBX.').waitFor()
})

test('a search finds what triggers are called, and the filter is still there after a look at a trigger', async () => {
  const { stagecue, entries } = await journal()
  await stagecue.getByRole('searchbox', { name: 'Search' }).fill('wrote')
  await entries.nth(1).waitFor({ state: 'detached' })
  await stagecue.getByText('1 entry', { exact: true }).waitFor()
  await entries.getByRole('button', { name: 'Customer wrote' }).click()
  await stagecue.getByRole('textbox', { name: 'Trigger name' }).waitFor()
  await stagecue.getByRole('button', { name: 'Journal', exact: true }).first().click()
  expect(await stagecue.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('wrote')
})

/** As the browser's *Back* does. */
async function back(stagecue: FrameLocator): Promise<void> {
  await stagecue.locator('body').evaluate('history.back()')
}

test('a trigger is found by typing', async () => {
  const { stagecue, entries } = await journal()
  await stagecue.getByRole('button', { name: 'Trigger: All triggers' }).click()
  await stagecue.getByPlaceholder('Search', { exact: true }).fill('wrote')
  await stagecue.getByRole('option', { name: 'Customer wrote' }).click()
  await entries.nth(1).waitFor({ state: 'detached' })
  await stagecue.getByRole('button', { name: 'Trigger: Customer wrote' }).waitFor()
})

test('Back leads to the filtered journal, and on to where it was opened from; the filter is not lost there either', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Journal', exact: true }).click()
  const entries = stagecue.getByRole('main').getByRole('listitem')
  await entries.nth(1).waitFor()
  await stagecue.getByRole('searchbox', { name: 'Search' }).fill('wrote')
  await entries.nth(1).waitFor({ state: 'detached' })
  await entries.getByRole('button', { name: 'Customer wrote' }).click()
  await stagecue.getByRole('textbox', { name: 'Trigger name' }).waitFor()
  await back(stagecue)
  await stagecue.getByText('1 entry', { exact: true }).waitFor()
  expect(await stagecue.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('wrote')
  await back(stagecue)
  await stagecue.getByRole('searchbox', { name: 'Search triggers' }).waitFor()
  await stagecue.getByRole('button', { name: 'Journal', exact: true }).click()
  expect(await stagecue.getByRole('searchbox', { name: 'Search', exact: true }).inputValue()).toBe('wrote')
})

test('counts on a card lead to its entries with that outcome', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('article', { name: 'Nobody picked up' }).getByRole('button', { name: '1 moved' }).click()
  await stagecue.getByRole('button', { name: 'Trigger: Nobody picked up' }).waitFor()
  await stagecue.getByText('1 entry', { exact: true }).waitFor()
  await stagecue.getByText('Moved from “Introduction” to “Visit” on behalf of Sam Seller.').waitFor()
  await back(stagecue)
  await stagecue.getByRole('article', { name: 'Nobody picked up' }).waitFor()
})

test('the list can be taken along', async () => {
  const { page, stagecue } = await journal()
  const download = page.waitForEvent('download')
  await stagecue.getByRole('button', { name: 'Export CSV' }).click()
  expect((await download).suggestedFilename()).toMatch(/^stagecue-journal-.*\.csv$/)
})

test('new entries announce themselves', async () => {
  const { page, stagecue } = await journal()
  visits.rig.portal.act.receiveMail({ from: SEED.emails.lee })
  await visits.rig.settled()
  await app(page).locator('body').evaluate("document.dispatchEvent(new Event('visibilitychange'))")
  await stagecue.getByRole('button', { name: /new entr/ }).click()
  await stagecue.getByText('Lee Studio sent an email').first().waitFor()
})

test('an undo names item and stage, tells that it was done, and is not offered where it cannot work', async () => {
  const { stagecue, entries } = await journal()
  const moved = entries.filter({ hasText: 'Moved from “Introduction” to “Visit”' })
  await moved.getByRole('button', { name: 'Undo' }).click()
  const dialog = stagecue.getByRole('dialog', { name: /^Move “.+” back to “Introduction”\?$/ })
  await dialog.getByRole('button', { name: 'Move back' }).click()
  await stagecue
    .getByText(/is back in “Introduction”/)
    .first()
    .waitFor()
  await moved.getByText('Undone by').waitFor()
  expect(await moved.getByRole('button', { name: 'Undo' }).count()).toBe(0)
})

test('the tab of an item makes tracked links, when it is asked to', async () => {
  const page = await visits.open('/crm/deal/details/31/')
  await page.getByRole('button', { name: 'Stagecue', exact: true }).click()
  const stagecue = app(page)
  const target = stagecue.getByRole('textbox', { name: 'Target address' })
  await stagecue.getByText('Tracked link', { exact: true }).click()
  await stagecue.getByRole('button', { name: 'Create link' }).click()
  await stagecue.getByText('Please fill in this field.').waitFor()
  await target.fill('https://acme.example/offer')
  await target.press('Enter')
  const made = stagecue.getByRole('textbox', { name: 'Tracked link' })
  expect(await made.inputValue()).toContain(`${visits.rig.url}/l/`)
  await stagecue.getByRole('button', { name: 'Copy' }).click()
  await stagecue.getByRole('button', { name: 'Copied' }).waitFor()
})

test('a failure that nobody has seen stands beside Journal, until the journal is opened', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('article', { name: 'Nobody picked up' }).waitFor()
  await stagecue.getByRole('button', { name: 'Journal', exact: true }).waitFor()
  await visits.rig.as(SEED.users.readOnly)
  const asReader = { changeStageAs: { type: 'user', userId: SEED.users.readOnly } }
  await visits.rig.addTrigger({ kind: 'call-inbound', name: 'May not', stageId: 'C4:UC_OFFER', ...asReader })
  visits.rig.portal.act.callIn({ result: 'answered' })
  await visits.rig.settled()
  await stagecue.getByRole('button', { name: 'Settings', exact: true }).click()
  const badge = stagecue.getByRole('button', { name: /^Journal .*1 / })
  await badge.click()
  await stagecue.getByRole('button', { name: 'Journal', exact: true }).waitFor()
})
