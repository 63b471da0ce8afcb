import type { FrameLocator, Locator, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { atBoard } from './at-board.ts'
import { useBrowser } from './visit.ts'

const visits = useBrowser()
const laptop = { viewport: { width: 1280, height: 720 } }

beforeAll(async () => {
  await visits.rig.addTrigger({ kind: 'call-missed', name: 'Nobody picked up', stageId: 'C4:UC_VISIT' })
})

type Box = { x: number; y: number; width: number; height: number }

async function boxOf(element: Locator): Promise<Box> {
  const box = await element.boundingBox()
  if (!box) throw new Error(`${element} is not shown`)
  return box
}

/** The part of the portal's window that shows the app. */
async function sightOf(page: Page): Promise<Box> {
  return boxOf(page.locator('#slider .content'))
}

/** An open list lies within what is in sight, above the save bar where there is one. */
async function expectInSight(page: Page, stagecue: FrameLocator, list: Locator): Promise<void> {
  await list.waitFor()
  const sight = await sightOf(page)
  const bar = stagecue.getByRole('region', { name: 'Save' })
  const end = (await bar.count()) > 0 ? (await boxOf(bar)).y : sight.y + sight.height
  // It is placed anew while it loads, and when the page scrolls.
  await expect.poll(async () => (await boxOf(list)).y).toBeGreaterThanOrEqual(sight.y)
  await expect.poll(async () => (await boxOf(list)).y + (await boxOf(list)).height).toBeLessThanOrEqual(end)
}

const board = () => atBoard(visits, laptop)

async function newTrigger(kind: string) {
  const { page, stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Add trigger', exact: true }).click()
  await stagecue.getByRole('button', { name: `Choose “${kind}”` }).click()
  await stagecue.getByRole('textbox', { name: 'Trigger name' }).waitFor()
  return { page, stagecue }
}

const kinds = ['Track missed call', 'Track field change', 'Track customer messages', 'Track feedback form submit']

test.each(kinds)('every list of the form opens in sight and as wide as its field: %s', async (kind) => {
  const { page, stagecue } = await newTrigger(kind)
  await stagecue.getByRole('radio', { name: 'Specific employee' }).click()
  const fields = await stagecue.locator('fieldset').locator('[role="combobox"], button[aria-haspopup="listbox"]').all()
  expect(fields.length).toBeGreaterThanOrEqual(3)
  for (const field of fields) {
    await field.click()
    const panel = stagecue.locator('[data-reka-popper-content-wrapper]').last()
    await expectInSight(page, stagecue, panel)
    const [{ width }, { width: own }] = [await boxOf(panel), await boxOf(field)]
    expect(Math.abs(width - own)).toBeLessThanOrEqual(2)
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
  }
})

test('a card’s menu opens in sight with all of its entries, also where the card lies at the lower edge', async () => {
  const names = Array.from({ length: 5 }, (_, n) => `Line ${n + 1} rang`)
  for (const name of names) await visits.rig.addTrigger({ kind: 'call-missed', name, stageId: 'C4:UC_VISIT' })
  const { page, stagecue } = await board()
  for (const name of [...names, 'Nobody picked up']) {
    const button = stagecue.getByRole('button', { name: `Actions for “${name}”` })
    await button.click()
    await expectInSight(page, stagecue, stagecue.getByRole('menu'))
    await page.keyboard.press('End')
    await stagecue.getByRole('menuitem', { name: 'Delete' }).locator(':scope:focus').waitFor()
    await expectInSight(page, stagecue, stagecue.getByRole('menuitem', { name: 'Delete' }))
    await page.keyboard.press('Escape')
  }
})

test('dialogs and messages appear in sight on a page that is scrolled', async () => {
  const { page, stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Actions for “Line 5 rang”' }).click()
  await stagecue.getByRole('menuitem', { name: 'Delete' }).click()
  await expectInSight(page, stagecue, stagecue.getByRole('dialog'))
  await stagecue.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expectInSight(page, stagecue, stagecue.getByRole('button', { name: 'Undo' }).last())
})
