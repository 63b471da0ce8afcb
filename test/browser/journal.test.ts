import { beforeAll, expect, test } from 'vitest'
import { SEED } from '../portal/index.ts'
import { seriousIssues } from './axe.ts'
import { app, useBrowser } from './visit.ts'

const visits = useBrowser()

beforeAll(async () => {
  await visits.rig.as(SEED.users.sam)
  await visits.rig.addTrigger({ kind: 'call-missed', name: 'Nobody picked up', stageId: 'C4:UC_VISIT' })
  await visits.rig.addTrigger({ kind: 'email-incoming', name: 'Customer wrote' })
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
  await stagecue.getByText('Moved from “Introduction” to “Visit”').waitFor()
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
