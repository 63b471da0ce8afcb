import { expect, test } from 'vitest'
import { app, cardIn, useBrowser } from './visit.ts'

const visits = useBrowser({ install: false })

/** Only the first try finds a portal without Stagecue. */
const ONCE = { retry: 0 }

test(
  'install, make the first trigger, let Kim call: her card moves, the journal tells why, and the move is undone',
  ONCE,
  async () => {
    const page = await visits.open('/')
    const stagecue = app(page)

    await page.getByRole('button', { name: 'Install Stagecue' }).click()
    await stagecue.getByRole('heading', { name: 'Install Stagecue' }).waitFor()
    expect(await stagecue.getByRole('button', { name: 'Install', exact: true }).isDisabled()).toBe(true)
    await stagecue.getByRole('radio', { name: 'Act on behalf of the administrator who installed Stagecue' }).click()
    await stagecue.getByRole('button', { name: 'Install', exact: true }).click()
    await stagecue.getByRole('navigation', { name: 'Pages of Stagecue' }).waitFor()

    const hint = page.getByText('Press “Stagecue triggers” above the board')
    await hint.waitFor()
    await page.reload()
    await hint.waitFor()
    await page.getByRole('link', { name: 'Close' }).click()
    await page.getByRole('link', { name: 'Stagecue triggers' }).click()
    await stagecue.getByRole('button', { name: 'Add the first trigger' }).click()
    await stagecue.getByRole('searchbox', { name: 'Search the catalogue' }).fill('missed')
    await stagecue.getByRole('button', { name: 'Choose “Track missed call”' }).click()
    await stagecue.getByRole('textbox', { name: 'Trigger name' }).fill('Nobody picked up')
    await stagecue.getByRole('combobox', { name: 'Move to stage' }).click()
    await stagecue.getByRole('option', { name: 'Visit' }).click()
    await stagecue.getByText('When a call from a customer is missed').waitFor()
    await stagecue.getByRole('button', { name: 'Save' }).click()
    await stagecue.getByRole('region', { name: 'Visit' }).getByRole('article', { name: 'Nobody picked up' }).waitFor()

    await page.getByRole('link', { name: 'Close' }).click()
    await cardIn(page, 'Introduction', 'Shop for Kim')
    await page.getByRole('button', { name: 'Calls, nobody answers' }).click()
    await cardIn(page, 'Visit', 'Shop for Kim')

    await page.getByRole('link', { name: 'Shop for Kim' }).click()
    await page.getByRole('button', { name: 'Stagecue', exact: true }).click()
    await stagecue.getByText('Moved from “Introduction” to “Visit”').waitFor()
    await stagecue.getByText('who had not opened Stagecue yet').waitFor()
    await stagecue.getByRole('button', { name: 'Undo' }).click()
    await stagecue.getByRole('dialog').getByRole('button', { name: 'Move back' }).click()
    await stagecue.getByText('Undone by').waitFor()
    await page.getByRole('link', { name: 'Close' }).click()
    await cardIn(page, 'Introduction', 'Shop for Kim')
  },
)
