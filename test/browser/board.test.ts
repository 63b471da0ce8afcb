import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { SEED } from '../portal/index.ts'
import { seriousIssues } from './axe.ts'
import { app, useBrowser } from './visit.ts'

const visits = useBrowser({ install: false })
const { users, types, pipelines } = SEED

const EXTRA_STAGES = 6
const partners = { entityTypeId: types.deal, categoryId: pipelines.partners }

/** Thirteen stages: seven of the seed's, and as many more as make the board too wide for any screen. */
beforeAll(async () => {
  const { portal, as } = visits.rig
  for (let n = 1; n <= EXTRA_STAGES; n += 1) portal.act.addStage({ ...partners, name: `Extra ${n}`, sort: 50 + n })
  portal.beginInstall()
  const admin = await as(users.admin)
  await admin('POST', '/api/install', { delegate: false })
  portal.finishInstall()
  await admin('PUT', '/api/settings', { managers: [users.ines] })
  await visits.rig.addTrigger({ kind: 'call-missed', name: 'Nobody picked up', stageId: 'C4:UC_VISIT' })
})

/** The portal's plain page, which leaves the frame all the width of the window. */
const plain = `/app-frame?${new URLSearchParams({ options: JSON.stringify({ URI: '/crm/deal/automation/4/' }) })}`

async function wholeBoard(width: number): Promise<{ page: Page; stages: Locator }> {
  const page = await visits.stay(plain, { viewport: { width, height: 900 } })
  const stages = page.frameLocator('iframe').getByRole('region', { name: 'Stages of “Partners”' })
  await stages.getByRole('article', { name: 'Nobody picked up' }).waitFor()
  return { page, stages }
}

test.each([360, 1280])('stages stand in one row that scrolls within the board, at %i pixels', async (width) => {
  const { page, stages } = await wholeBoard(width)
  const headers = stages.getByRole('heading', { level: 2 })
  expect(await headers.count()).toBe(7 + EXTRA_STAGES)
  const tops = await headers.evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)))
  expect(new Set(tops).size).toBe(1)
  const frame = page.frames().find((one) => one.url().startsWith(visits.rig.url))
  const root = 'document.documentElement'
  // The portal makes the frame as high as the page says, a moment after it has said so.
  const fits = `${root}.scrollWidth <= innerWidth && ${root}.scrollHeight <= innerHeight`
  await expect.poll(() => frame?.evaluate(fits)).toBe(true)
  await page.screenshot({ path: `test/browser/screenshots/board-many-stages-${width}.png` })

  await stages.focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => stages.evaluate((region) => region.scrollLeft)).toBeGreaterThan(0)
  expect(await seriousIssues(page, visits.rig.url)).toEqual([])
  await stages.evaluate((region) => region.scrollTo({ left: 0 }))
  await page.frameLocator('iframe').locator('.board-arrow.start-0').waitFor({ state: 'detached' })
})

test('arrows at the top scroll to the last stages and back', async () => {
  const { page, stages } = await wholeBoard(1280)
  const [before, after] = ['start', 'end'].map((side) => page.frameLocator('iframe').locator(`.board-arrow.${side}-0`))
  expect(await before?.count()).toBe(0)
  await after?.click()
  await after?.waitFor({ state: 'detached' })
  const last = await stages.getByRole('heading', { name: 'Partner lost' }).boundingBox()
  expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual(1280)
  await before?.click()
  await before?.waitFor({ state: 'detached' })
})

test('managers see how many employees have given permission, and copy the invitation', async () => {
  await visits.rig.addTrigger({ name: 'As Sue', changeStageAs: { type: 'user', userId: users.supervisor } })
  await visits.rig.addTrigger({ name: 'As Ines', changeStageAs: { type: 'user', userId: users.ines } })
  const page = await visits.open('/crm/deal/automation/4/', { user: users.ines })
  const stagecue = app(page)
  await stagecue.getByText('1 of 2 employees have given permission').waitFor()
  await stagecue.getByRole('button', { name: 'Copy invitation link' }).press('Enter')
  await stagecue.getByText('Invitation link copied.').last().waitFor()
  const search = stagecue.getByRole('searchbox', { name: 'Search triggers' })
  await search.press('ControlOrMeta+V')
  expect(await search.inputValue()).toMatch(/\/marketplace\/app\/[\w.]+\/$/)
})

test('nothing is said when all have given access, and employees are not asked to care', async () => {
  await visits.rig.as(users.supervisor)
  for (const user of [users.admin, users.sam]) {
    const page = await visits.open('/crm/deal/automation/4/', { user })
    await app(page).getByRole('article', { name: 'As Sue' }).waitFor()
    await page.waitForLoadState('networkidle')
    expect(await app(page).getByText('have given permission').count()).toBe(0)
    await page.close()
  }
})
