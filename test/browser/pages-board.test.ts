import { beforeAll, expect, test } from 'vitest'
import { SEED } from '../portal/index.ts'
import { movedByItself } from './hands.ts'
import { pagesCalled, testPages } from './page-checks.ts'
import { prepare } from './pages.ts'
import { app, useBrowser } from './visit.ts'

const visits = useBrowser()
const laptop = { width: 1280, height: 720 }

beforeAll(() => prepare(visits.rig))

testPages(visits, pagesCalled('board', 'catalogue', 'dialog'))

test('what others do meanwhile, and a lost connection, are told once and move nothing', async () => {
  const page = await visits.open('/crm/deal/automation/4/', { viewport: laptop })
  const stagecue = app(page)
  const admin = await visits.rig.as(SEED.users.admin)
  const pause = (paused: boolean) => admin('PUT', '/api/settings', { paused })
  const told = stagecue.getByText(/All triggers have been paused since .+ by Ada Admin/)
  const message = stagecue.getByRole('region', { name: /^Notifications/ }).getByRole('listitem')
  /** To the window: then the page looks for what others did, as it does once a minute. */
  const comeBack = () =>
    page
      .frames()
      .find((one) => one.url().startsWith(visits.rig.url))
      ?.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`)
  const goTo = (name: string) => stagecue.getByRole('button', { name, exact: true }).click()
  await stagecue.getByRole('article', { name: 'Offer is out' }).waitFor()
  await movedByItself(page)

  await pause(true)
  await comeBack()
  await message.filter({ has: told }).waitFor()
  expect(await movedByItself(page)).toEqual([])
  await goTo('Settings')
  await stagecue.getByRole('status').filter({ has: told }).waitFor()
  await message.filter({ has: told }).waitFor({ state: 'detached' })
  expect(await told.count()).toBe(1)
  await stagecue.getByText('Keep journal entries', { exact: false }).first().waitFor()
  await movedByItself(page)
  await pause(false)
  await comeBack()
  await message.getByText('The triggers work again.').waitFor()
  expect(await movedByItself(page)).toEqual([])

  // Messages themselves make room for each other.
  await message.getByText('The triggers work again.').waitFor({ state: 'detached' })
  visits.expectComplaint(/401/)
  await page.route('**/api/**', (route) => route.fulfill({ status: 401, json: { error: { code: 'unauthorized' } } }))
  await comeBack()
  await message.getByText('Session expired.').waitFor()
  expect(await movedByItself(page)).toEqual([])
  await goTo('Triggers')
  const panel = stagecue.getByRole('main').getByRole('alert')
  await panel.getByRole('button', { name: 'Reload' }).waitFor()
  await message.getByText('Session expired.').waitFor({ state: 'detached' })
  expect(await stagecue.getByText('Session expired.').count()).toBe(1)
})
