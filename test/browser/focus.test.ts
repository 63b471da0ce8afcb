import { beforeAll, expect, test } from 'vitest'
import { hiddenStops, notReached, stops, tooSmall } from './focus-walk.ts'
import { prepare, putOn } from './pages.ts'
import { app, useBrowser } from './visit.ts'
import { visitPage } from './visit-page.ts'

const visits = useBrowser()
beforeAll(() => prepare(visits.rig))

/** The pages that differ in what can be focused. */
const walked = ['board', 'catalogue', 'form', 'journal-filters', 'settings', 'item-tab', 'installer-again']

const laptop = { width: 1280, height: 720 }

test.each(walked)(
  'Tab comes to everything, whatever has the focus shows it, light and dark, and can be hit with a finger: %s',
  async (name) => {
    await visitPage(visits, name, { viewport: laptop }, async ({ page, stagecue }) => {
      await putOn(stagecue, page, 'light')
      const frame = page.frames().find((one) => one.url().startsWith(visits.rig.url))
      if (!frame) throw new Error('The app is in no frame')
      const all = await stops(page, frame)
      expect(await frame.evaluate(notReached)).toEqual([])
      expect(all.filter(({ shows }) => !shows).map((stop) => stop.name)).toEqual([])
      // Radio buttons and check boxes lie in labels that are hit as well.
      const small = await frame.evaluate<string[]>(tooSmall)
      expect(small.filter((one) => !/ (16|18|20)×(16|18|20)$/.test(one))).toEqual([])
      await putOn(stagecue, page, 'dark')
      expect(await frame.evaluate(hiddenStops)).toEqual([])
    })
  },
)

test('the page tells where one is: its title, and the focus on its heading', async () => {
  const page = await visits.open('/crm/deal/automation/4/')
  const stagecue = app(page)
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
  const page = await visits.open('/crm/deal/automation/4/')
  const stagecue = app(page)
  const add = stagecue.getByRole('button', { name: 'Add trigger to “Offer”' })
  await add.press('Enter')
  await stagecue.getByRole('searchbox', { name: 'Search the catalogue' }).locator(':scope:focus').waitFor()
  await page.keyboard.press('Escape')
  await add.locator(':scope:focus').waitFor()
})

test('radio buttons belong to groups that have names, and switches are named for what they switch', async () => {
  const page = await visits.open('/crm/deal/automation/4/')
  const stagecue = app(page)
  await stagecue.getByRole('button', { name: 'Call missed on Sales', exact: true }).click()
  await stagecue.getByRole('textbox', { name: 'Trigger name' }).waitFor()
  const names = await stagecue
    .getByRole('radiogroup')
    .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))
  expect(names.length).toBeGreaterThanOrEqual(3)
  for (const name of names) expect(name).toBeTruthy()
  await stagecue.getByRole('switch', { name: 'Also count declined calls' }).waitFor()
})
