import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { SEED } from '../portal/index.ts'
import { textsIn } from '../portal/playground/say.ts'
import { seriousIssues } from './axe.ts'
import { painted } from './pages.ts'
import { cardIn, useBrowser } from './visit.ts'

const visits = useBrowser()

const missed = { kind: 'call-missed', name: 'Nobody picked up', stageId: 'C4:UC_VISIT' }

test('Kim calls, nobody picks up, and her card moves while one looks', async () => {
  await visits.rig.as(SEED.users.sam)
  await visits.rig.addTrigger(missed)
  const page = await visits.open('/')
  await cardIn(page, 'Introduction', 'Shop for Kim')
  await page.getByRole('button', { name: 'Calls, nobody answers' }).click()
  await page.getByText('Kim Client called, and nobody answered.').waitFor()
  await cardIn(page, 'Visit', 'Shop for Kim')
  await page
    .getByRole('list', { name: 'What happened' })
    .getByText('“Shop for Kim” moved to Visit on behalf of Sam Seller')
    .waitFor()
  await page.getByText('The deal moved by itself. Why?').waitFor()
})

test('a card is moved by hand, and its timeline tells of the trigger', async () => {
  const page = await visits.open('/crm/deal/details/31/', { user: SEED.users.sam })
  await page.getByText('Trigger “Nobody picked up”').waitFor()
  await page.getByLabel('Stage').selectOption('Introduction')
  await page.getByRole('link', { name: 'Close' }).click()
  await cardIn(page, 'Introduction', 'Shop for Kim')
  // What somebody moved did not move by itself: the hint still waits for the call.
  await page.getByText('Kim calls: press').waitFor()
  expect(await page.getByText(textsIn('en').hints.why).count()).toBe(0)
})

test('a card opens, changes and closes with the keyboard alone', async () => {
  const page = await visits.open('/', { user: SEED.users.sam })
  const card = page.getByRole('link', { name: 'Shop for Kim' })
  await card.press('Enter')
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Shop for Kim')
  await page.getByLabel('Amount').fill('250')
  await page.getByLabel('Amount').press('Enter')
  await page.getByRole('definition').getByText('250 EUR').waitFor()
  await page.getByRole('button', { name: 'Stagecue', exact: true }).press('Enter')
  await page.locator('iframe[title="Stagecue"]').waitFor()
  await page.keyboard.press('Escape')
  await card.getByText('250 EUR').waitFor()
  await page.getByRole('region', { name: 'Shop for Kim' }).waitFor({ state: 'detached' })
})

test('somebody without rights in CRM sees empty columns', async () => {
  const page = await visits.open('/', { user: SEED.users.sam })
  await cardIn(page, 'Introduction', 'Shop for Kim')
  await page.getByLabel('User').selectOption({ label: 'Nora None, no rights in CRM' })
  await page.getByRole('link', { name: 'Shop for Kim' }).waitFor({ state: 'detached' })
  expect(new URL(page.url()).searchParams.get('user')).toBe(String(SEED.users.noCrm))
})

test('the app lies in a frame of another origin, which the portal cannot look into', async () => {
  const page = await visits.open('/marketplace/app/12/')
  await page.locator('iframe[title="Stagecue"]').waitFor()
  await page.waitForFunction(`document.querySelector('iframe').contentDocument === null`)
  const frame = page.frames().find((one) => one.url().startsWith(visits.rig.url))
  expect(frame?.name()).toMatch(/^127\.0\.0\.1:\d+\|0\|[0-9a-f]{32}$/)
})

/** Where everything that can be pressed stands, wherever its list is scrolled to. */
async function placesOf(page: Page): Promise<unknown> {
  return page.evaluate(`[...document.querySelectorAll('#customers button, #person select, #menu a, .columns h2')].map((one) => {
    const { x, y, width, height } = one.getBoundingClientRect()
    return [one.textContent, x, y + (one.closest('#customer')?.scrollTop ?? 0), width, height]
  })`)
}

test.each(['en', 'ru', 'de'] as const)(
  'in %s every word is of that language, and nothing moves when something is pressed',
  async (lang) => {
    const { page: words, acts, told, hints, news } = textsIn(lang)
    const page = await visits.open('/', { lang, viewport: { width: 1280, height: 720 } })
    await page.getByRole('heading', { name: words.acts }).waitFor()
    await page.getByRole('button', { name: acts.pay, exact: true }).waitFor()
    const before = await placesOf(page)
    // The longest sentence, and a refusal.
    await page.getByRole('button', { name: acts['mail-old'], exact: true }).click()
    await page.getByText(told['mail-old'].replace('{client}', 'Kim Client')).waitFor()
    await page.getByRole('button', { name: acts['pay-back'], exact: true }).click()
    await page.getByText(textsIn(lang).refused['no-paid-invoice']).waitFor()
    visits.expectComplaint(/409/)
    for (const next of ['why', 'triggers'] as const) {
      await page.getByRole('button', { name: words.next }).click()
      await page.getByText(hints[next].split('{')[0] ?? '').waitFor()
    }
    expect(await placesOf(page)).toEqual(before)
    await page.getByRole('button', { name: acts['call-missed'], exact: true }).click()
    const called = news['call-missed'].replace('{phone}', SEED.phones.kim)
    await page.getByRole('list', { name: words.news }).getByText(called).first().waitFor()
    const shown: string = await page.evaluate('document.body.innerText')
    for (const other of ['en', 'ru', 'de'].filter((one) => one !== lang)) {
      const foreign = Object.values(textsIn(other).acts).filter((text) => !Object.values(acts).includes(text))
      expect(foreign.filter((text) => shown.split('\n').includes(text))).toEqual([])
    }
  },
)

test('a page that is loaded again stays on its hint, in another language too', async () => {
  const page = await visits.open('/')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByText(textsIn('en').hints.why).waitFor()
  await page.reload()
  await page.getByText(textsIn('en').hints.why).waitFor()
  await page.getByLabel('Language').selectOption('de')
  await page.getByText(textsIn('de').hints.why).waitFor()
})

test('the playground itself can be used by everybody, light and dark', async () => {
  const page = await visits.open('/')
  await page.getByRole('link', { name: 'Shop for Kim' }).waitFor()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.evaluate(painted)
    expect(await seriousIssues(page, visits.rig.portal.url), colorScheme).toEqual([])
  }
})
