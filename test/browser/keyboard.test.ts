import type { Locator, Page } from 'playwright-core'
import { test } from 'vitest'
import { SEED } from '../portal/index.ts'
import { app, cardIn, useBrowser } from './visit.ts'

const visits = useBrowser()

/** More stops than any page has. */
const MOST_STOPS = 150

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await target.evaluate((element) => element.matches(':focus'))) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never comes to ${target}`)
}

test.each(['no-preference', 'reduce'] as const)(
  'a trigger is made with the keyboard alone, and works (motion: %s)',
  async (reducedMotion) => {
    await visits.rig.as(SEED.users.sam)
    const page = await visits.open('/crm/deal/automation/4/', { reducedMotion })
    const stagecue = app(page)
    const press = async (target: Locator, key = 'Enter') => {
      await tabTo(page, target)
      await page.keyboard.press(key)
    }

    await press(stagecue.getByRole('button', { name: 'Add trigger to “Visit”' }))
    await stagecue.getByRole('searchbox', { name: 'Search the catalogue' }).waitFor()
    await page.keyboard.type('missed')
    await press(stagecue.getByRole('button', { name: 'Choose “Track missed call”' }))
    await tabTo(page, stagecue.getByRole('textbox', { name: 'Trigger name' }))
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type('By keyboard')
    await press(stagecue.getByRole('combobox', { name: 'Move to stage' }))
    const option = stagecue.locator('[role="option"]:focus')
    await option.getByText('Visit').waitFor()
    await page.keyboard.press('ArrowDown')
    await option.getByText('Offer').waitFor()
    await page.keyboard.press('Enter')
    await stagecue.getByText('To “Offer”').waitFor()
    await press(stagecue.getByRole('button', { name: 'Save' }))
    await stagecue.getByRole('region', { name: 'Offer' }).getByRole('article', { name: 'By keyboard' }).waitFor()

    await press(stagecue.getByRole('button', { name: 'By keyboard', exact: true }), 'Alt+ArrowLeft')
    const card = stagecue.getByRole('region', { name: 'Visit' }).getByRole('article', { name: 'By keyboard' })
    await card.locator(':focus').waitFor()

    await press(page.getByRole('button', { name: 'Calls, nobody answers' }))
    await page.keyboard.press('Escape')
    await cardIn(page, 'Visit', 'Shop for Kim')
    await visits.rig.settled()
    const { portal } = visits.rig
    portal.act.moveItem({ entityTypeId: SEED.types.deal, id: SEED.deals.kim }, 'C4:NEW', { userId: SEED.users.sam })
    const admin = await visits.rig.as(SEED.users.admin)
    const { body } = await admin('GET', '/api/triggers')
    for (const { id } of body) await admin('DELETE', `/api/triggers/${id}`)
  },
)

test('a dialog keeps the focus, Escape closes it and gives the focus back', async () => {
  await visits.rig.addTrigger({ name: 'By keyboard' })
  const page = await visits.open('/crm/deal/automation/4/')
  const stagecue = app(page)
  const actions = stagecue.getByRole('button', { name: 'Actions for “By keyboard”' })
  await tabTo(page, actions)
  await page.keyboard.press('Enter')
  await stagecue.getByRole('menuitem', { name: 'Delete' }).waitFor()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  const dialog = stagecue.getByRole('dialog', { name: 'Delete “By keyboard”?' })
  await dialog.waitFor()
  for (let stop = 0; stop < 10; stop += 1) {
    await page.keyboard.press('Tab')
    await dialog.locator(':focus').waitFor()
  }
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await stagecue.getByRole('article', { name: 'By keyboard' }).waitFor()
})
