import { beforeAll, expect, test } from 'vitest'
import { SEED } from '../portal/index.ts'
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

async function journal() {
  const page = await visits.open('/marketplace/app/12/')
  const stagecue = app(page)
  await stagecue.getByRole('button', { name: 'Journal', exact: true }).click()
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
  const target = stagecue.getByRole('textbox', { name: 'Target URL' })
  await stagecue.getByText('Tracked link', { exact: true }).click()
  await target.fill('https://acme.example/offer')
  await target.press('Enter')
  const made = stagecue.getByRole('textbox', { name: 'Tracked link' })
  expect(await made.inputValue()).toContain(`${visits.rig.url}/l/`)
  await stagecue.getByRole('button', { name: 'Copy' }).click()
  await stagecue.getByRole('button', { name: 'Copied' }).waitFor()
})
