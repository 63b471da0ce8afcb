import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { enqueue } from '../../lib/store/jobs.ts'
import { SEED } from '../portal/index.ts'
import { atTab } from './at-board.ts'
import { seriousIssues } from './axe.ts'
import { useBrowser } from './visit.ts'

const links = { DOCS_URL: 'https://stagecue.example/docs', SUPPORT_URL: 'mailto:help@stagecue.example' }
const visits = useBrowser({ env: links })
const { users } = SEED

beforeAll(async () => {
  await visits.rig.addTrigger({ kind: 'call-missed', name: 'Nobody picked up', stageId: 'C4:UC_VISIT' })
  await visits.rig.addTrigger({ name: 'As Ines', changeStageAs: { type: 'user', userId: users.ines } })
})

async function settings() {
  const { page, stagecue } = await atTab(visits, 'Settings', { page: 'settings' })
  await stagecue.getByRole('region', { name: 'Export and import' }).waitFor()
  return { page, stagecue }
}

/** A file as the browser would hand it over. */
function file(content: string) {
  return { name: 'triggers.json', mimeType: 'application/json', buffer: Buffer.from(content) }
}

test('the status tells what an administrator looks for: moves and failures a day, queue, budget, version, and where to read on', async () => {
  visits.rig.portal.act.callIn({ result: 'missed' })
  await visits.rig.settled()
  const { stagecue } = await settings()
  const status = stagecue.getByRole('region', { name: 'Status', exact: true })
  const activity = status.getByRole('region', { name: 'Moves and failures' })
  await activity.getByText('Today: 1 moved, 0 failed').waitFor()
  await activity.getByText(/^Last move: .+\./).waitFor()
  const rows = activity.getByRole('table', { name: 'Moves and failures in the last seven days' }).getByRole('row')
  expect(await rows.count()).toBe(8)
  expect(await rows.last().getByRole('cell').allInnerTexts()).toEqual(['1', '0'])
  const bars = await rows
    .last()
    .locator('.activity-bar')
    .evaluateAll((all) => all.map((bar) => bar.style.width))
  expect(bars).toEqual(['100%', '0%'])
  for (const line of [/^Last event: /, /^Longest wait in the queue: /, /^Bitrix24 request budget: /, /^Stagecue \d/])
    await status.getByText(line).waitFor()
  const shown = await status
    .getByRole('link')
    .evaluateAll((all) => all.map((one) => [one.textContent.trim(), one.href]))
  expect(shown).toEqual([
    ['Documents', links.DOCS_URL],
    ['Support', links.SUPPORT_URL],
  ])
})

test('who was added as a manager stands in the list, and the picker asks for the next one', async () => {
  const { stagecue } = await settings()
  const add = stagecue.getByRole('button', { name: 'Managers: Add a manager' })
  await add.click()
  await stagecue.getByRole('option', { name: 'Sam Seller' }).click()
  await stagecue.getByRole('button', { name: 'Remove Sam Seller' }).waitFor()
  expect(await add.innerText()).toBe('Add a manager')
})

test('triggers are exported as a file, and imported, with what does not fit told in words', async () => {
  const { page, stagecue } = await settings()
  const download = page.waitForEvent('download')
  await stagecue.getByRole('button', { name: 'Export triggers' }).click()
  const exported = JSON.parse(readFileSync(await (await download).path(), 'utf8'))
  expect(exported.triggers.map(({ name }: { name: string }) => name)).toEqual(['Nobody picked up', 'As Ines'])

  const [missed, asInes] = exported.triggers
  const lost = { ...missed, name: 'To nowhere', stageId: 'C4:NOWHERE' }
  const content = JSON.stringify({ ...exported, triggers: [{ ...missed, fromStages: ['C4:GONE'] }, asInes, lost] })
  await stagecue.locator('input[type=file]').setInputFiles(file(content))
  const transfer = stagecue.getByRole('region', { name: 'Export and import' })
  await transfer.getByText('“triggers.json” contains 3 triggers.').waitFor()
  const offered = transfer.getByRole('listitem')
  expect(await offered.filter({ hasText: 'already exists' }).count()).toBe(2)
  expect(await offered.filter({ hasText: 'does not fit here' }).count()).toBe(1)
  expect(await transfer.getByRole('button', { name: 'Import 0 triggers' }).isDisabled()).toBe(true)
  for (const name of ['Nobody picked up', 'As Ines'])
    await transfer.getByRole('checkbox', { name: `Import “${name}”` }).click()
  await transfer.getByRole('button', { name: 'Import 2 triggers' }).click()
  await stagecue.getByText('2 triggers imported').waitFor()
  expect(await stagecue.getByRole('status').getByRole('listitem').allInnerTexts()).toEqual([
    '“Nobody picked up (copy)” was imported without Only from stages: this Bitrix24 does not have the value.',
    '“As Ines (copy)”: the employee was not found, so the trigger now acts on behalf of the responsible person.',
  ])
  expect(await seriousIssues(page, visits.rig.url)).toEqual([])

  await transfer.getByRole('button', { name: 'Undo import' }).click()
  await stagecue.getByText('The imported triggers were deleted again.').first().waitFor()
  const admin = await visits.rig.as(users.admin)
  const { body } = await admin('GET', '/api/triggers')
  expect(body.map(({ name }: { name: string }) => name)).toEqual(['As Ines', 'Nobody picked up'])
})

test('a file that is no export is refused in words', async () => {
  const { stagecue } = await settings()
  await stagecue.locator('input[type=file]').setInputFiles(file('<html>'))
  await stagecue.getByText('“triggers.json” is not a Stagecue export file.').waitFor()
  visits.expectComplaint(/422/)
  await stagecue.locator('input[type=file]').setInputFiles(file('{"version":9,"triggers":[]}'))
  await stagecue.getByText('“triggers.json” is not a Stagecue export file.').waitFor()
})

test('the audit tells who changed what', async () => {
  const admin = await visits.rig.as(users.admin)
  await admin('PUT', '/api/settings', { managers: [users.sam] })
  const { page, stagecue } = await settings()
  await stagecue.getByText('Who changed what').click()
  const audit = stagecue.getByRole('group').filter({ hasText: 'Who changed what' })
  await audit.getByText('Settings changed: managers: Sam Seller').waitFor()
  await audit.getByText('Trigger “As Ines” created').first().waitFor()
  expect(await seriousIssues(page, visits.rig.url)).toEqual([])
  // The imports that were undone: a deleted trigger says who deleted it.
  visits.expectComplaint(/404/)
  await audit
    .getByRole('listitem')
    .filter({ hasText: 'deleted' })
    .getByRole('button', { name: 'View history' })
    .first()
    .click()
  await stagecue.getByText(/^Ada Admin deleted it/).waitFor()
})

test('an administrator signs everybody out, and goes on with a new session', async () => {
  const sam = await visits.rig.as(users.sam)
  const { page, stagecue } = await settings()
  const sessions = stagecue.getByRole('region', { name: 'Sessions' })
  await sessions.getByRole('button', { name: 'Sign everybody out' }).click()
  await stagecue.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
  await stagecue.getByText('Everybody is signed out.').first().waitFor()
  expect((await sam('GET', '/api/me')).status).toBe(401)
  visits.expectComplaint(/401/)
  const status = stagecue.getByRole('region', { name: 'Status' })
  const renewed = page.waitForResponse((answer) => answer.url().endsWith('/api/session') && answer.ok())
  await status.getByRole('button', { name: 'Refresh' }).click()
  await renewed

  // What was filled in and left is there again.
  const days = stagecue.getByRole('spinbutton', { name: 'Keep journal entries for … days' })
  await days.fill('45')
  await days.press('Tab')
  await stagecue.getByRole('button', { name: 'Triggers', exact: true }).click()
  await stagecue.getByText('Your unsaved settings are kept as a draft.').first().waitFor()
  await stagecue.getByRole('button', { name: 'Settings', exact: true }).click()
  await stagecue.getByText('Your earlier unsaved changes were restored.').waitFor()
  expect(await days.inputValue()).toBe('45')
  await stagecue.getByRole('button', { name: 'Discard them' }).click()
  expect(await days.inputValue()).toBe('90')

  // So it is when the session has expired, and the page is loaded again as it says.
  await days.fill('46')
  await days.press('Tab')
  const address = stagecue.getByRole('textbox', { name: 'Tracked link, address or site to stop' })
  await address.fill('shop.example')
  const { body: exported } = await (await visits.rig.as(users.admin))('GET', '/api/export')
  await stagecue.locator('input[type=file]').setInputFiles(file(JSON.stringify(exported)))
  const asInes = stagecue.getByRole('checkbox', { name: 'Import “As Ines”' })
  await asInes.click()
  await page.route('**/api/**', (route) => route.fulfill({ status: 401, json: { error: { code: 'unauthorized' } } }))
  await stagecue.getByRole('button', { name: 'Save', exact: true }).click()
  const expired = stagecue.getByRole('listitem').filter({ hasText: 'Session expired.' })
  await expired.waitFor()
  await page.unroute('**/api/**')
  await expired.getByRole('button', { name: 'Reload' }).click()
  await stagecue.getByRole('button', { name: 'Settings', exact: true }).click()
  await stagecue.getByText('Your earlier unsaved changes were restored.').waitFor()
  expect([await days.inputValue(), await address.inputValue()]).toEqual(['46', 'shop.example'])
  await stagecue.getByRole('button', { name: 'Import 1 trigger' }).waitFor()
  expect(await asInes.isChecked()).toBe(true)
})

test('what was put aside is tried again', async () => {
  await visits.rig.stagecue.worker.stop()
  const { db } = visits.rig.stagecue
  const now = new Date()
  await enqueue(db, [{ portal: visits.rig.portal.memberId, type: 'notice', dedupKey: 'x', dueAt: now }], now)
  await db.updateTable('work').set({ state: 'parked', reason: 'malformed' }).where('subject', '=', 'x').execute()
  const { stagecue } = await settings()
  const aside = stagecue.getByRole('region', { name: 'Failed jobs' })
  await aside.getByText('Bitrix24 event · Stagecue could not read it').waitFor()
  await aside.getByRole('button', { name: 'Try again' }).click()
  await aside.waitFor({ state: 'detached' })
  const row = await db.selectFrom('work').select('state').where('subject', '=', 'x').executeTakeFirst()
  expect(row?.state).toBe('due')
})

test('tracked links are seen by the site they lead to, stopped after a question, and released', async () => {
  const admin = await visits.rig.as(users.admin)
  const link = {
    entityTypeId: SEED.types.deal,
    itemId: SEED.deals.kim,
    target: 'https://shop.example/offer?customer=1',
  }
  const { url } = (await admin('POST', '/api/links', link)).body
  const statusOf = async () => (await fetch(url, { redirect: 'manual' })).status
  const { page, stagecue } = await settings()
  const part = stagecue.getByRole('region', { name: 'Tracked links' })
  await part.getByText('shop.example', { exact: true }).waitFor()
  await part.getByText(/^1 link, last/).waitFor()
  expect(await seriousIssues(page, visits.rig.url)).toEqual([])
  await part.getByRole('button', { name: 'Stop all links to shop.example' }).click()
  const dialog = stagecue.getByRole('dialog', { name: 'Stop links: shop.example?' })
  await dialog.getByRole('button', { name: 'Stop' }).click()
  await part.getByText('All links to the site shop.example').waitFor()
  expect(await statusOf()).toBe(410)
  await part.getByRole('button', { name: 'Release: All links to the site shop.example' }).click()
  await part.getByText('All links to the site shop.example').waitFor({ state: 'detached' })
  expect(await statusOf()).toBe(302)

  const which = part.getByRole('textbox', { name: 'Tracked link, address or site to stop' })
  await which.fill(url)
  await which.press('Enter')
  await stagecue.getByRole('dialog').getByRole('button', { name: 'Stop' }).click()
  await part.getByText(/^One link of “.+” to shop\.example$/).waitFor()
  expect(await statusOf()).toBe(410)
  await stagecue.getByRole('button', { name: 'Undo' }).last().click()
  await part.getByText(/^One link of/).waitFor({ state: 'detached' })
  expect(await statusOf()).toBe(302)

  visits.expectComplaint(/422/)
  await which.fill('no address at all')
  await which.press('Enter')
  await stagecue.getByRole('dialog').getByRole('button', { name: 'Stop' }).click()
  await part.getByText('This must be a web address').waitFor()
})
