import { beforeAll, expect, test } from 'vitest'
import { SEED } from '../portal/index.ts'
import { atBoard } from './at-board.ts'
import { useBrowser } from './visit.ts'

const visits = useBrowser()
const { users } = SEED
const laptop = { viewport: { width: 1280, height: 720 } }
/** A hand holds a button down for so long, milliseconds. */
const byHand = { delay: 100 }

beforeAll(async () => {
  for (let n = 1; n <= 3; n += 1) {
    await visits.rig.addTrigger({ kind: 'call-missed', name: `Line ${n} rang`, stageId: 'C4:UC_VISIT' })
  }
})

async function board() {
  const { page, stagecue } = await atBoard(visits, laptop)
  await stagecue.getByRole('article', { name: 'Line 1 rang' }).waitFor()
  return { page, stagecue }
}

/** What the server keeps of the triggers, by name. */
async function kept(): Promise<Record<string, unknown>> {
  const admin = await visits.rig.as(users.admin)
  const { body } = await admin('GET', '/api/triggers')
  return Object.fromEntries(
    body.map((one: { name: string; enabled: boolean; mode: string }) => [one.name, `${one.enabled} ${one.mode}`]),
  )
}

test('Add trigger asks for the stage, and a stage that nothing can reach is told before and after saving', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Add trigger', exact: true }).click()
  await stagecue.getByRole('searchbox', { name: 'Search the catalogue' }).fill('phone')
  await stagecue.getByRole('button', { name: 'Choose “Track outbound call”' }).click()
  await stagecue.getByRole('textbox', { name: 'Trigger name' }).fill('To the beginning')
  await stagecue.getByRole('button', { name: 'Save' }).click(byHand)
  await stagecue.getByText('Please check the marked fields.').waitFor()
  const stage = stagecue.getByRole('combobox', { name: 'Move to stage' })
  expect(await stage.getAttribute('aria-invalid')).toBe('true')
  await stage.click()
  await stagecue.getByRole('option', { name: 'Introduction' }).click()
  await stagecue.getByText('Please check the marked fields.').waitFor({ state: 'detached' })
  await stagecue.getByText('With these settings no item can ever move').waitFor()
  await stagecue.getByRole('button', { name: 'Save' }).click(byHand)
  const card = stagecue.getByRole('article', { name: 'To the beginning' })
  await card.getByText('With these settings no item can ever move').waitFor()
  await card.getByRole('button', { name: 'Fix it' }).click()
  await stagecue.getByRole('switch', { name: 'Allow moving back to previous status' }).click(byHand)
  await stagecue.getByText('With these settings no item can ever move').first().waitFor({ state: 'detached' })
})

test('after saving the card is in sight, marked and focused, and the search is kept', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('searchbox', { name: 'Search triggers' }).fill('line 2')
  await stagecue.getByRole('article', { name: 'Line 1 rang' }).waitFor({ state: 'detached' })
  await stagecue.getByRole('button', { name: 'Line 2 rang', exact: true }).click()
  await stagecue.getByRole('textbox', { name: 'Trigger name' }).fill('Line two rang')
  await stagecue.getByRole('button', { name: 'Save' }).click(byHand)
  const card = stagecue.getByRole('article', { name: 'Line two rang' })
  await card.getByRole('button', { name: 'Line two rang', exact: true }).locator(':scope:focus').waitFor()
  expect(await card.getAttribute('class')).toContain('panel-marked')
  expect(await stagecue.getByRole('searchbox', { name: 'Search triggers' }).inputValue()).toBe('line 2')
  await stagecue.getByRole('searchbox', { name: 'Search triggers' }).fill('nobody')
  await stagecue.getByRole('searchbox', { name: 'Search triggers' }).fill('')
})

test('the search finds what cards say, and filters by state and person leave the rest out', async () => {
  const { stagecue } = await board()
  const search = stagecue.getByRole('searchbox', { name: 'Search triggers' })
  await search.fill('visit')
  await stagecue.getByRole('article', { name: 'To the beginning' }).waitFor({ state: 'detached' })
  await search.fill('')
  await stagecue.getByRole('combobox', { name: 'State' }).click()
  await stagecue.getByRole('option', { name: 'Needs attention' }).click()
  await stagecue.getByRole('article', { name: 'Line 1 rang' }).waitFor({ state: 'detached' })
  await stagecue.getByRole('article', { name: 'To the beginning' }).waitFor()
  await stagecue.getByRole('combobox', { name: 'State' }).click()
  await stagecue.getByRole('option', { name: 'All states' }).click()
  await stagecue.getByRole('article', { name: 'Line 1 rang' }).waitFor()
})

test('several triggers are set, deleted and brought back at once', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Select', exact: true }).click()
  for (const name of ['Line 1 rang', 'Line 3 rang'])
    await stagecue.getByRole('checkbox', { name: `Select “${name}”` }).click()
  await stagecue.getByText('2 selected').waitFor()
  await stagecue.getByRole('button', { name: 'Set to test mode' }).click()
  const notice = stagecue
    .getByRole('region', { name: /^Notifications/ })
    .getByRole('listitem')
    .last()
  await notice.getByText('2 triggers: Test mode.').first().waitFor()
  // Whoever asked for less motion sees no bar run down.
  expect(await notice.getByRole('progressbar').count()).toBe(0)
  const [told, bar] = [
    await notice.boundingBox(),
    await stagecue.getByRole('region', { name: 'Selected triggers' }).boundingBox(),
  ]
  expect((told?.y ?? 0) + (told?.height ?? 0)).toBeLessThanOrEqual(bar?.y ?? 0)
  expect(await kept()).toMatchObject({
    'Line 1 rang': 'true watch',
    'Line 3 rang': 'true watch',
    'Line two rang': 'true live',
  })
  const tested = stagecue.getByRole('article', { name: 'Line 1 rang' })
  await tested.getByRole('button', { name: '0 would move' }).waitFor()
  expect(await tested.getByRole('button', { name: '0 moved' }).count()).toBe(0)
  await stagecue.getByRole('button', { name: 'Delete', exact: true }).click()
  await stagecue.getByRole('dialog', { name: 'Delete 2 triggers?' }).getByRole('button', { name: 'Delete' }).click()
  await stagecue.getByText('2 triggers deleted.').first().waitFor()
  expect(Object.keys(await kept())).not.toContain('Line 1 rang')
  await stagecue.getByRole('button', { name: 'Undo' }).last().click()
  await stagecue.getByRole('article', { name: 'Line 3 rang' }).waitFor()
  expect(await kept()).toMatchObject({ 'Line 1 rang': 'true watch', 'Line 3 rang': 'true watch' })
})

test('arrow keys lead from card to card; only one card is a stop of Tab', async () => {
  const { page, stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Line 1 rang', exact: true }).focus()
  await page.keyboard.press('ArrowDown')
  await stagecue.getByRole('button', { name: 'Line two rang', exact: true }).locator(':scope:focus').waitFor()
  expect(await stagecue.locator('.card-name[tabindex="0"]').count()).toBe(1)
})

test('whoever was slower sees in the save bar who was faster, what differs, and chooses', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Line 3 rang', exact: true }).click()
  const name = stagecue.getByRole('textbox', { name: 'Trigger name' })
  await name.fill('Mine')
  const admin = await visits.rig.as(users.admin)
  const { body } = await admin('GET', '/api/triggers')
  const [trigger] = body.filter((one: { name: string }) => one.name === 'Line 3 rang')
  await admin('PUT', `/api/triggers/${trigger.id}`, { ...trigger, name: 'Theirs' })
  visits.expectComplaint(/409/)
  await stagecue.getByRole('button', { name: 'Save' }).click(byHand)
  const bar = stagecue.getByRole('region', { name: 'Save' })
  await bar.getByText(/Ada Admin saved this trigger at .+, while you had it open\./).waitFor()
  await bar.getByRole('button', { name: 'See changes' }).click()
  await bar.getByText('Theirs').waitFor()
  await bar.getByRole('button', { name: 'Overwrite' }).click()
  const card = stagecue.getByRole('article', { name: 'Mine' })
  await card.waitFor()
  expect(Object.keys(await kept())).toContain('Mine')
  // The third of its stage: the portal's window scrolls to it.
  const bottom = async () => {
    const box = await card.boundingBox()
    return (box?.y ?? 0) + (box?.height ?? 0)
  }
  await expect.poll(bottom).toBeLessThanOrEqual(720)
})

test('a draft survives the portal closing the page, and can be discarded', async () => {
  const { page, stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Line 1 rang', exact: true }).click()
  await stagecue.getByRole('textbox', { name: 'Trigger name' }).fill('Not saved yet')
  await page.getByRole('link', { name: 'Close' }).click()
  await page.getByRole('link', { name: 'Stagecue triggers' }).click()
  await stagecue.getByRole('button', { name: 'Line 1 rang', exact: true }).click()
  await stagecue.getByText('Your earlier unsaved changes were restored.').waitFor()
  expect(await stagecue.getByRole('textbox', { name: 'Trigger name' }).inputValue()).toBe('Not saved yet')
  await stagecue.getByRole('button', { name: 'Discard them' }).click()
  expect(await stagecue.getByRole('textbox', { name: 'Trigger name' }).inputValue()).toBe('Line 1 rang')
})

test('the history of a trigger tells who changed what, and an earlier version is put into the form', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Mine', exact: true }).click()
  await stagecue.getByText(/Last changed by Ada Admin/).waitFor()
  await stagecue.getByRole('button', { name: 'History' }).click()
  await stagecue.getByText('Theirs').first().waitFor()
  await stagecue.getByRole('button', { name: 'Put into the form' }).last().click(byHand)
  expect(await stagecue.getByRole('textbox', { name: 'Trigger name' }).inputValue()).toBe('Line 3 rang')
  await stagecue.getByRole('button', { name: 'Save' }).click(byHand)
  await stagecue.getByRole('article', { name: 'Line 3 rang' }).waitFor()
})

test('whoever saves a trigger that was deleted meanwhile learns who did it, and brings it back with what was typed', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Line 3 rang', exact: true }).click()
  await stagecue.getByRole('textbox', { name: 'Trigger name' }).fill('Still wanted')
  const admin = await visits.rig.as(users.admin)
  const { body } = await admin('GET', '/api/triggers')
  const { id } = body.find((one: { name: string }) => one.name === 'Line 3 rang')
  await admin('DELETE', `/api/triggers/${id}`)
  visits.expectComplaint(/404/)
  await stagecue.getByRole('button', { name: 'Save' }).click(byHand)
  const gone = stagecue.getByRole('alert').filter({ hasText: 'This trigger was deleted' })
  await gone.getByText(/^Ada Admin deleted it, .+ Its journal entries are kept\.$/).waitFor()
  await gone.getByRole('button', { name: 'Go to the triggers' }).waitFor()
  await gone.getByRole('button', { name: 'Bring it back' }).click(byHand)
  expect(await stagecue.getByRole('textbox', { name: 'Trigger name' }).inputValue()).toBe('Still wanted')
  await stagecue.getByRole('button', { name: 'Save' }).click(byHand)
  await stagecue.getByRole('article', { name: 'Still wanted' }).waitFor()
  expect(Object.keys(await kept())).toContain('Still wanted')
})

test('a duration that is no whole number is refused at its field', async () => {
  const { stagecue } = await board()
  await stagecue.getByRole('button', { name: 'Add trigger to “Offer”' }).click()
  await stagecue.getByRole('button', { name: 'Choose “Track chat accepted time”' }).click()
  const minutes = stagecue.getByRole('textbox', { name: /: minutes$/ })
  await minutes.fill('1.5')
  await stagecue.getByRole('button', { name: 'Save' }).click(byHand)
  await stagecue.getByText('Please enter a whole number, such as 90.').waitFor()
  await minutes.fill('2')
  await stagecue.getByText('Please enter a whole number, such as 90.').waitFor({ state: 'detached' })
  await stagecue.getByRole('button', { name: 'Save' }).click(byHand)
  await stagecue
    .getByRole('region', { name: 'Offer' })
    .getByText(/2 min|120/)
    .waitFor()
})
