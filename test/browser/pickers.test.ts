import type { FrameLocator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { SEED } from '../portal/index.ts'
import { app, closeMessages, useBrowser } from './visit.ts'

const visits = useBrowser()
const { users, lines, forms, channels } = SEED

beforeAll(() => {
  const add = (name: string, title: string, type: 'enumeration' | 'boolean' | 'date', more = {}) =>
    visits.rig.portal.act.addField(SEED.types.deal, { name, title, type, ...more })
  const options = [
    { id: 51, value: 'in talks' },
    { id: 52, value: 'signed' },
  ]
  add('ufCrmState', 'State of talks', 'enumeration', { options })
  add('ufCrmStates', 'All states', 'enumeration', { options, multiple: true })
  add('ufCrmPaid', 'Paid in advance', 'boolean')
  add('ufCrmDay', 'Day of delivery', 'date')
})

const board = () => visits.stay('/crm/deal/automation/4/')

/** Opens the form for a new trigger of a kind, on the board that `saved` leads back to. */
async function newTrigger(kind: string): Promise<{ page: Page; form: FrameLocator }> {
  const page = await board()
  const form = app(page)
  await form.getByRole('button', { name: 'Add trigger to “Offer”' }).click()
  await form.getByRole('button', { name: `Choose “${kind}”` }).click()
  await form.getByRole('textbox', { name: 'Trigger name' }).waitFor()
  return { page, form }
}

/** Saves the form and returns what was stored. */
async function saved({ page, form }: { page: Page; form: FrameLocator }): Promise<Record<string, unknown>> {
  await closed(form)
  await form.getByRole('textbox', { name: 'Trigger name' }).fill('Picked')
  await form.getByRole('button', { name: 'Save' }).click()
  await form.getByRole('button', { name: 'Add trigger to “Offer”' }).waitFor()
  await closeMessages(page)
  const admin = await visits.rig.as(users.admin)
  const { body } = await admin('GET', '/api/triggers')
  const trigger = body.find(({ name }: { name: string }) => name === 'Picked')
  await admin('DELETE', `/api/triggers/${trigger.id}`)
  return trigger
}

/** Searches in a picker and chooses; one for several values stays open. */
async function pick(form: FrameLocator, label: string, search: string, option: string): Promise<void> {
  await form.getByRole('button', { name: label }).click()
  await form.getByPlaceholder('Search').fill(search)
  await form.getByRole('option', { name: option, exact: true }).click()
}

/** As long as a picker is open it keeps the focus. */
function closed(form: FrameLocator): Promise<void> {
  return form.getByRole('listbox').waitFor({ state: 'detached' })
}

test('a telephone line', async () => {
  const { page, form } = await newTrigger('Track missed call')
  await pick(form, 'Telephone line', 'sales', 'Sales SIP')
  await form.getByText('When a call on Sales SIP is missed').waitFor()
  expect((await saved({ page, form })).fields).toEqual({ line: lines.cloud, declined: false })
})

test('a list is chosen from with the keyboard, and closes', async () => {
  const { page, form } = await newTrigger('Track missed call')
  await form.getByRole('button', { name: 'Telephone line' }).press('Enter')
  await form.getByPlaceholder('Search').fill('sales')
  const highlighted = form.locator('[role="option"][data-highlighted]')
  await highlighted.filter({ hasText: 'Sales SIP' }).waitFor()
  await page.keyboard.press('Enter')
  await form.getByText('When a call on Sales SIP is missed').waitFor()
  expect((await saved({ page, form })).fields).toEqual({ line: lines.cloud, declined: false })
})

test('a line that no list names is typed', async () => {
  const { page, form } = await newTrigger('Track inbound call')
  await pick(form, 'Telephone line', '+49 30 99', 'Use “+49 30 99”')
  expect((await saved({ page, form })).fields).toEqual({ line: '+49 30 99' })
})

test('a callback form', async () => {
  const { page, form } = await newTrigger('Track feedback form submit')
  await pick(form, 'Callback form', 'shop', 'Call me back (shop)')
  // Where the portal tells no names a form is known by its newest submission.
  const nameless = { id: '14', title: 'Form without a name', submittedAt: '2026-08-29T10:00:00.000Z' }
  const chosen = { id: String(forms.callbackAgain), title: 'The form for all who want to be called back, '.repeat(9) }
  const unnamed = { entries: [nameless, chosen], next: null, missing: 'crm.webform.list' }
  await page.route('**/api/forms?*', (route) => route.fulfill({ json: unnamed }))
  await form.getByRole('button', { name: 'Callback form' }).click()
  await form.getByPlaceholder('Search').fill('aug 29')
  await form.getByRole('option', { name: /^Form last submitted Aug 29, 2026/ }).waitFor()
  await form.getByText('To find yours, submit it once yourself').waitFor()
  await page.keyboard.press('Escape')
  // However long the name of what is chosen.
  await form.getByRole('button', { name: /^Callback form: The form for all/ }).waitFor()
  expect(await form.locator('html').evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  expect((await saved({ page, form })).fields).toEqual({ formId: String(forms.callbackAgain) })
})

test('an Open Channel', async () => {
  const { page, form } = await newTrigger("Track customer's initial message")
  await pick(form, 'Open Channel', 'supp', 'Support')
  expect((await saved({ page, form })).fields).toEqual({ channelId: String(channels.support) })
})

test('an employee in whose name the stage changes', async () => {
  const { page, form } = await newTrigger('Track outbound call')
  await form.getByRole('radio', { name: 'Specific employee' }).click()
  await pick(form, 'Choose an employee', 'Ines', 'Ines Seller')
  await form.getByText('on behalf of Ines Seller').waitFor()
  expect((await saved({ page, form })).changeStageAs).toEqual({ type: 'user', userId: users.ines })
})

test('stages that the item must come from, several of them', async () => {
  const { page, form } = await newTrigger('Track incoming email')
  await form.getByRole('button', { name: 'Only from stages' }).click()
  await form.getByRole('option', { name: 'Introduction' }).click()
  await form.getByRole('option', { name: 'Preparation' }).click()
  await page.keyboard.press('Escape')
  await form.getByText('Only from “Introduction” or “Preparation”').waitFor()
  expect((await saved({ page, form })).fromStages).toEqual(['C4:NEW', 'C4:PREPARATION'])
})

test('fields of the item; while their list is refused the form says why and what to do, and asks for no codes', async () => {
  const refused = { entries: [], next: null, missing: 'crm.read' }
  await (await board()).route('**/api/fields?*', (route) => route.fulfill({ json: refused }))
  const { page, form } = await newTrigger('Track field change')
  await form.getByText('has no permission to read CRM. Ask an administrator to grant it').waitFor()
  expect(await form.getByRole('button', { name: 'Fields' }).isDisabled()).toBe(true)
  await page.unroute('**/api/fields?*')
  await form.getByRole('button', { name: 'Load the list again' }).click()
  await form.getByText('has no permission to read CRM').waitFor({ state: 'detached' })
  await pick(form, 'Fields', 'Amount', 'Amount')
  await page.keyboard.press('Escape')
  expect((await saved({ page, form })).fields).toMatchObject({ fieldNames: ['opportunity'] })
})

describe('the new value of a field is given as fits the field', () => {
  const watching = async (field: string) => {
    const { page, form } = await newTrigger('Track field change')
    await pick(form, 'Fields', field, field)
    await page.keyboard.press('Escape')
    await closed(form)
    return { page, form, value: form.getByRole('combobox', { name: 'New value' }) }
  }

  test('an option is chosen, and read by its title', async () => {
    const { page, form, value } = await watching('State of talks')
    await value.click()
    await form.getByRole('option', { name: 'signed' }).click()
    await form.getByText('When State of talks changes to “signed”').waitFor()
    expect((await saved({ page, form })).fields).toEqual({ fieldNames: ['ufCrmState'], becomes: '52' })
  })

  test('several options', async () => {
    const { page, form } = await watching('All states')
    await form.getByRole('button', { name: 'New value' }).click()
    await form.getByRole('option', { name: 'signed' }).click()
    await form.getByRole('option', { name: 'in talks' }).click()
    await page.keyboard.press('Escape')
    await form.getByText('to “in talks and signed”').waitFor()
    expect((await saved({ page, form })).fields).toMatchObject({ becomes: '51,52' })
  })

  test('yes or no', async () => {
    const { page, form, value } = await watching('Paid in advance')
    await value.click()
    await form.getByRole('option', { name: 'yes' }).click()
    await form.getByText('to “yes”').waitFor()
    expect((await saved({ page, form })).fields).toMatchObject({ becomes: 'Y' })
  })

  test('a stage, a day, an employee; and an amount is typed', async () => {
    const stage = await watching('Stage')
    await stage.value.click()
    await stage.form.getByRole('option', { name: 'Preparation' }).click()
    expect((await saved(stage)).fields).toMatchObject({ fieldNames: ['stageId'], becomes: 'C4:PREPARATION' })
    const day = await watching('Day of delivery')
    await day.form.getByLabel('New value').fill('2026-08-29')
    await day.form.getByText('to “Aug 29, 2026”').waitFor()
    expect((await saved(day)).fields).toMatchObject({ becomes: '2026-08-29' })
    const person = await watching('Responsible')
    await pick(person.form, 'New value', 'Ines', 'Ines Seller')
    await person.form.getByText('to “Ines Seller”').waitFor()
    expect((await saved(person)).fields).toMatchObject({ becomes: String(users.ines) })
    const amount = await watching('Amount')
    await amount.form.getByRole('textbox', { name: 'New value' }).fill('4200')
    expect((await saved(amount)).fields).toMatchObject({ becomes: '4200' })
  })
})

test('the text of a chat is tried out before it is saved', async () => {
  const { page, form } = await newTrigger('Track customer messages')
  await form.getByRole('textbox', { name: 'The message contains' }).fill('car')
  const sample = form.getByRole('textbox', { name: 'Try it' })
  await sample.fill('My car is red')
  await form.getByText('This would fire the trigger.').waitFor()
  await sample.fill('My scar is red')
  await form.getByText('This would not fire the trigger.').waitFor()
  expect((await saved({ page, form })).fields).toMatchObject({ text: 'car' })
})

test('what must be filled in is said at its field, and nothing is saved', async () => {
  const { page, form } = await newTrigger('Track customer messages')
  await form.getByRole('button', { name: 'Save' }).click()
  await form.getByText('Please check the marked fields.').waitFor()
  const text = form.getByRole('textbox', { name: 'The message contains' })
  expect(await text.getAttribute('aria-invalid')).toBe('true')
  await text.fill('car')
  expect((await saved({ page, form })).fields).toMatchObject({ text: 'car' })
})
