import type { FrameLocator, Locator, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { SEED } from '../portal/index.ts'
import { atBoard } from './at-board.ts'
import { seriousIssues } from './axe.ts'
import { useBrowser } from './visit.ts'

const visits = useBrowser()
const { users } = SEED

beforeAll(async () => {
  await visits.rig.as(users.sam)
  await visits.rig.addTrigger({ kind: 'call-missed', name: 'Nobody picked up', stageId: 'C4:UC_VISIT', mode: 'watch' })
  await visits.rig.addTrigger({ kind: 'chat-message', name: 'Wants a car', fields: { text: 'car' } })
  visits.rig.portal.act.callIn({ result: 'missed' })
  await visits.rig.settled()
})

const board = () => atBoard(visits)

/** All of the element lies in the window, without anybody having scrolled to it. */
async function isInSight(page: Page, element: Locator): Promise<boolean> {
  const box = await element.boundingBox()
  const height = page.viewportSize()?.height ?? 0
  return box !== null && box.y >= 0 && box.y + box.height <= height
}

test('from its card a trigger is rehearsed: what it would have done about last week, and what a change would do', async () => {
  const { page, stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Actions for “Nobody picked up”' }).click()
  await stagecue.getByRole('menuitem', { name: 'Test run' }).click()
  await stagecue.getByText('1 of 1 events would move an item.').waitFor()
  await stagecue.getByText('Would move from “Introduction” to “Visit”.').waitFor()
  expect(await stagecue.getByRole('button', { name: 'Undo' }).count()).toBe(0)
  expect(await seriousIssues(page, visits.rig.url)).toEqual([])

  await stagecue.getByRole('button', { name: 'Settings', exact: true }).last().click()
  await stagecue.getByRole('combobox', { name: 'Move to stage' }).click()
  await stagecue.getByRole('option', { name: 'Offer' }).click()
  await stagecue.getByRole('button', { name: 'Test run' }).click()
  await stagecue.getByRole('button', { name: 'Start test run', exact: true }).click()
  await stagecue.getByText('Would move from “Introduction” to “Offer”.').waitFor()
  expect(await visits.rig.story()).toEqual([`2:${SEED.deals.kim} would-move watch`])
})

test('a rehearsal says why it cannot be', async () => {
  const { stagecue } = await board()
  visits.expectComplaint(/422/)
  await stagecue.getByRole('button', { name: 'Nobody picked up', exact: true }).click()
  await stagecue.getByRole('textbox', { name: 'Trigger name' }).fill('')
  await stagecue.getByRole('button', { name: 'Test run' }).click()
  await stagecue.getByRole('button', { name: 'Start test run', exact: true }).click()
  await stagecue.getByRole('region', { name: 'Test run on past events' }).getByRole('alert').waitFor()
})

test('kinds that leave no trace in the portal are not offered for a rehearsal', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Actions for “Wants a car”' }).click()
  await stagecue.getByRole('menuitem', { name: 'Edit' }).waitFor()
  expect(await stagecue.getByRole('menuitem', { name: 'Test run' }).count()).toBe(0)
})

test('the save bar comes with the first change, stays in sight wherever one is, and goes when all is as it was', async () => {
  const { page, stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Nobody picked up', exact: true }).click()
  const name = stagecue.getByRole('textbox', { name: 'Trigger name' })
  await name.waitFor()
  const save = stagecue.getByRole('button', { name: 'Save' })
  expect(await save.count()).toBe(0)
  await name.fill('Nobody picked up, again')
  await expect.poll(() => isInSight(page, save)).toBe(true)
  const last = stagecue.getByRole('radio', { name: 'Wait until this person opens Stagecue' })
  expect(await isInSight(page, last)).toBe(false)
  await last.scrollIntoViewIfNeeded()
  await expect.poll(() => isInSight(page, save)).toBe(true)
  await name.fill('Nobody picked up')
  await save.waitFor({ state: 'detached' })
})

/** Runs in the app: what would be pressed in the middle of the save bar, if the dialog let anything be pressed. */
const isBarOnTop = `(() => {
  document.body.style.pointerEvents = 'auto'
  const { x, y, width, height } = document.querySelector('.save-bar').getBoundingClientRect()
  return document.elementFromPoint(x + width / 2, y + height / 2).closest('.save-bar') !== null
})()`

test('a dialog lies above the save bar', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Nobody picked up', exact: true }).click()
  await stagecue.getByRole('textbox', { name: 'Trigger name' }).fill('Nobody picked up, again')
  expect(await stagecue.locator('body').evaluate(isBarOnTop)).toBe(true)
  await stagecue.getByRole('button', { name: 'Cancel' }).click()
  await stagecue.getByRole('dialog').waitFor()
  expect(await stagecue.locator('body').evaluate(isBarOnTop)).toBe(false)
})

/** As the browser's *Back* does. */
async function back(stagecue: FrameLocator): Promise<void> {
  await stagecue.locator('body').evaluate('history.back()')
}

test('Back leaves the form without a question, and what was typed is there again', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Wants a car', exact: true }).click()
  const name = stagecue.getByRole('textbox', { name: 'Trigger name' })
  await name.fill('Wants a bicycle')
  await back(stagecue)
  await stagecue.getByText('Your unsaved changes are kept as a draft.').first().waitFor()
  await stagecue.getByRole('button', { name: 'Wants a car', exact: true }).click()
  await stagecue.getByText('Your earlier unsaved changes were restored.').waitFor()
  expect(await name.inputValue()).toBe('Wants a bicycle')
  await stagecue.getByRole('button', { name: 'Save' }).click()
  await stagecue.getByRole('article', { name: 'Wants a bicycle' }).waitFor()
  await stagecue.getByRole('button', { name: 'Wants a bicycle', exact: true }).click()
  await name.fill('Wants a car')
  await stagecue.getByRole('button', { name: 'Save' }).click()
  await stagecue.getByRole('article', { name: 'Wants a car' }).waitFor()
})

test('after saving, Back does not lead into the form again', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Settings', exact: true }).click()
  await stagecue.getByRole('button', { name: 'Triggers', exact: true }).click()
  await stagecue.getByRole('button', { name: 'Wants a car', exact: true }).click()
  await stagecue.getByRole('textbox', { name: 'Trigger name' }).fill('Wants a car now')
  await stagecue.getByRole('button', { name: 'Save' }).click()
  await stagecue.getByRole('article', { name: 'Wants a car now' }).waitFor()
  await back(stagecue)
  await back(stagecue)
  await stagecue.getByRole('heading', { name: 'Pause all triggers' }).waitFor()
})

test('Back finds the form at its history again', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Nobody picked up', exact: true }).click()
  await stagecue.getByRole('button', { name: 'History' }).click()
  await stagecue.getByText('Current version').waitFor()
  await stagecue.getByRole('button', { name: 'Settings', exact: true }).first().click()
  await stagecue.getByRole('heading', { name: 'Pause all triggers' }).waitFor()
  await back(stagecue)
  await stagecue.getByText('Current version').waitFor()
})

test('a test run for one item tells what the trigger would do with it, by its number or the address of its card', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Nobody picked up', exact: true }).click()
  await stagecue.getByRole('button', { name: 'Test run' }).click()
  await stagecue.getByRole('combobox', { name: 'How far back' }).click()
  await stagecue.getByRole('option', { name: 'One item' }).click()
  const item = stagecue.getByRole('textbox', { name: 'ID of the item' })
  await item.fill('nothing')
  await item.press('Enter')
  await stagecue.getByRole('alert').waitFor()
  await item.fill(`https://acme.example/crm/deal/details/${SEED.deals.kim}/`)
  await item.press('Enter')
  await stagecue.getByText('1 of 1 events would move an item.').waitFor()
  await stagecue.getByText('Would move from “Introduction” to “Visit”.').waitFor()
})
