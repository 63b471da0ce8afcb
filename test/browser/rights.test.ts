import { expect, test } from 'vitest'
import { SEED } from '../portal/index.ts'
import { app, useBrowser } from './visit.ts'

const visits = useBrowser()
const { users } = SEED

const board = '/crm/deal/automation/4/'

test('an employee reads triggers and changes none', async () => {
  await visits.rig.addTrigger({ kind: 'call-missed', name: 'Nobody picked up', stageId: 'C4:UC_VISIT' })
  const page = await visits.open(board, { user: users.sam })
  const stagecue = app(page)
  await stagecue.getByRole('article', { name: 'Nobody picked up' }).waitFor()
  expect(await stagecue.getByRole('button', { name: 'Add trigger' }).count()).toBe(0)
  expect(await stagecue.getByRole('button', { name: 'Journal' }).count()).toBe(0)
  await stagecue.getByRole('button', { name: 'Nobody picked up', exact: true }).click()
  const name = stagecue.getByRole('textbox', { name: 'Trigger name' })
  await name.waitFor()
  expect(await name.isDisabled()).toBe(true)
  expect(await stagecue.getByRole('button', { name: 'Save' }).count()).toBe(0)
  const faint = await stagecue.locator('body').evaluate(faintControls)
  expect(faint).toEqual([])
  // Groups of buttons of which none can be pressed are no stops of Tab.
  expect(await stagecue.locator('[role="radiogroup"]').count()).toBe(4)
  expect(await stagecue.locator('[role="radiogroup"][tabindex="0"]').count()).toBe(0)
})

/** Runs in the page: controls whose text, or its ancestors, let the ground shine through. */
const faintControls = `[...document.querySelector('fieldset:disabled').querySelectorAll('input, textarea, button, label')].flatMap((one) => {
  let opacity = 1
  for (let at = one; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity)
  return opacity < 1 ? [one.outerHTML.slice(0, 80) + ' ' + opacity] : []
})`

test('an employee sees of the journal the items that he may read', async () => {
  visits.rig.portal.act.callIn({ result: 'missed' })
  await visits.rig.settled()
  const page = await visits.open('/crm/deal/details/31/', { user: users.readOnly })
  await page.getByRole('button', { name: 'Stagecue', exact: true }).click()
  await app(page).getByText('Moved from “Introduction” to “Visit”').waitFor()
  expect(await app(page).getByRole('button', { name: 'Undo' }).count()).toBe(0)
})

test('somebody without rights in CRM may look at triggers, changes none, and sees no items', async () => {
  const page = await visits.open('/marketplace/app/12/', { user: users.noCrm })
  await app(page).getByRole('navigation', { name: 'Pages of Stagecue' }).waitFor()
  expect(await app(page).getByRole('button', { name: 'Add trigger' }).count()).toBe(0)
})

test('while the app is being installed, only administrators see the installer', async () => {
  visits.rig.portal.beginInstall()
  visits.expectComplaint(/403/)
  const page = await visits.open('/marketplace/app/12/', { user: users.sam })
  await page.getByText('The application is not fully installed.').waitFor()
})
