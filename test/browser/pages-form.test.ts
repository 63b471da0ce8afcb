import { beforeAll, expect, test } from 'vitest'
import { atBoard } from './at-board.ts'
import { pagesCalled, testPages } from './page-checks.ts'
import { prepare } from './pages.ts'
import { useBrowser } from './visit.ts'

const visits = useBrowser()

beforeAll(() => prepare(visits.rig))

testPages(visits, pagesCalled('form'))

const board = () => atBoard(visits)

test('the page tells where one is: its title, and the focus on its heading', async () => {
  const { page, stagecue } = await board()
  const frame = () => page.frames().find((one) => one.url().startsWith(visits.rig.url))
  const title = () => frame()?.title()
  await stagecue.getByRole('article', { name: 'Offer is out' }).waitFor()
  expect(await title()).toBe('Triggers – Stagecue')
  await stagecue.getByRole('button', { name: 'Offer is out', exact: true }).click()
  await stagecue.getByRole('heading', { level: 1, name: 'Offer is out' }).locator(':scope:focus').waitFor()
  expect(await title()).toBe('Offer is out – Stagecue')
  await stagecue.getByRole('button', { name: 'Settings', exact: true }).first().click()
  await stagecue.locator('h1:focus').waitFor()
  expect(await title()).toBe('Settings – Stagecue')
  await stagecue.getByRole('button', { name: /^Journal/ }).click()
  await stagecue.locator('h1:focus').filter({ hasText: 'Journal' }).waitFor()
  expect(await title()).toBe('Journal – Stagecue')
})

test('the catalogue opens on its search, and gives the focus back to the button that opened it', async () => {
  const { page, stagecue } = await board()
  const add = stagecue.getByRole('button', { name: 'Add trigger to “Offer”' })
  await add.press('Enter')
  await stagecue.getByRole('searchbox', { name: 'Search the catalogue' }).locator(':scope:focus').waitFor()
  await page.keyboard.press('Escape')
  await add.locator(':scope:focus').waitFor()
})

test('radio buttons belong to groups that have names, and switches are named for what they switch', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Call missed on Sales', exact: true }).click()
  await stagecue.getByRole('textbox', { name: 'Trigger name' }).waitFor()
  const names = await stagecue
    .getByRole('radiogroup')
    .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))
  expect(names.length).toBeGreaterThanOrEqual(3)
  for (const name of names) expect(name).toBeTruthy()
  await stagecue.getByRole('switch', { name: 'Also count declined calls' }).waitFor()
})
