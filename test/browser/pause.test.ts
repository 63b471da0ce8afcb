import { beforeAll, expect, test } from 'vitest'
import { SEED } from '../portal/index.ts'
import { seriousIssues } from './axe.ts'
import { app, useBrowser } from './visit.ts'

const visits = useBrowser()
const { users } = SEED
const board = '/crm/deal/automation/4/'

beforeAll(async () => {
  await visits.rig.addTrigger({ kind: 'call-missed', name: 'Nobody picked up', stageId: 'C4:UC_VISIT' })
})

test('a pause acts at once, shows on every page and pill to everybody, and ends with one press', async () => {
  const page = await visits.open(board)
  const stagecue = app(page)
  const bar = stagecue.getByText(/All triggers have been paused since .+ by Ada Admin/)
  await stagecue.getByRole('button', { name: 'Settings', exact: true }).click()
  await stagecue.getByRole('button', { name: 'Pause all' }).click()
  await stagecue.getByRole('dialog').getByRole('button', { name: 'Pause now' }).click()
  await bar.waitFor()
  const admin = await visits.rig.as(users.admin)
  expect((await admin('GET', '/api/settings')).body.paused).toBe(true)

  await stagecue.getByRole('button', { name: 'Journal', exact: true }).click()
  await bar.waitFor()
  await stagecue.getByRole('button', { name: 'Triggers', exact: true }).click()
  await bar.waitFor()
  // Stops of the kit's messages are there as long as a message is.
  await stagecue.getByText('All triggers are paused.', { exact: true }).first().waitFor({ state: 'detached' })
  const card = stagecue.getByRole('article', { name: 'Nobody picked up' })
  await card.getByText('Paused', { exact: true }).waitFor()
  expect(await seriousIssues(page, visits.rig.url)).toEqual([])
  await stagecue.getByRole('button', { name: 'Nobody picked up', exact: true }).click()
  await bar.waitFor()

  const other = await visits.open(board, { user: users.sam })
  const expectTold = async () => {
    await app(other)
      .getByText(/All triggers have been paused since/)
      .waitFor()
    expect(await app(other).getByRole('button', { name: 'Resume' }).count()).toBe(0)
  }
  await expectTold()
  await other.goto(`${visits.rig.portal.url}/crm/deal/details/31/?user=${users.sam}`)
  await other.getByRole('button', { name: 'Stagecue', exact: true }).click()
  await expectTold()

  await stagecue.getByRole('button', { name: 'Resume' }).click()
  await bar.waitFor({ state: 'detached' })
  expect((await admin('GET', '/api/settings')).body.paused).toBe(false)
})
