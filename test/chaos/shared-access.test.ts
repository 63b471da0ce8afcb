import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSession } from '../api.ts'
import { sharedPostgres } from '../lib/store/test-database.ts'
import { SEED } from '../portal/index.ts'
import { type Setting, startSetting } from './setting.ts'
import { until } from './until.ts'

/** What processes that share a PostgreSQL share of people's access. */

const { users, types, pipelines } = SEED

let setting: Setting
beforeAll(async () => {
  setting = await startSetting({
    postgres: sharedPostgres(),
    processes: [{}, {}, { WORKER: 'false' }],
    portal: { limits: { enabled: false } },
  })
})
afterAll(() => setting.close())

function portalOf({ portals }: Setting) {
  const [portal] = portals
  if (!portal) throw new Error('No portal was started')
  return portal
}

/** Deals in the first stage, of that person, about each of which a customer writes at once. */
function writeAboutDeals(count: number, assignedById: number): number[] {
  const { act } = portalOf(setting)
  const ids = Array.from({ length: count }, (_, n) => {
    const item = { entityTypeId: types.deal, title: `Deal ${n}`, categoryId: pipelines.partners, assignedById }
    return act.createItem(item).id
  })
  for (const id of ids) act.receiveMail({ bindings: [{ entityTypeId: types.deal, id }] })
  return ids
}

/** Who moved the deal to its next stage. */
function moverOf(id: number): number | null | undefined {
  const rows = portalOf(setting).world.stageHistory
  return rows.findLast((row) => row.ownerId === id && row.stageId === 'C4:PREPARATION')?.userId
}

test('two processes that need one expired access at once refresh it once', async () => {
  const portal = portalOf(setting)
  const sessions = await Promise.all(
    setting.processes.slice(0, 2).map(({ port }) => openSession(`http://127.0.0.1:${port}`, portal, users.admin)),
  )
  const before = setting.emulator.refreshes.length
  for (const userId of [users.admin, users.sam]) portal.expireTokens(userId)
  const ids = writeAboutDeals(6, users.sam)
  // Each asks the portal: searches of people are remembered by what is searched for.
  const searches = sessions.flatMap((api, n) =>
    Array.from({ length: 2 }, (_, m) => api('GET', `/api/users?search=${n}${m}`)),
  )
  const answers = await Promise.all(searches)
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  await until('all deals are moved', () => ids.every((id) => moverOf(id) === users.sam))
  const refreshed = setting.emulator.refreshes.slice(before).map(({ userId, error }) => `${userId} ${error}`)
  expect(refreshed.toSorted()).toEqual([`${users.admin} null`, `${users.sam} null`])
})

test('a delegated access may reach another process than the one that asked for it', async () => {
  const portal = portalOf(setting)
  const admin = await openSession(setting.balancer.url, portal, users.admin)
  expect((await admin('PUT', '/api/settings', { delegate: true })).status).toBe(200)
  // From now on the portal reaches only the process that does no work.
  setting.balancer.ports.splice(0, 2)
  const [id = 0] = writeAboutDeals(1, users.ines)
  await until('the deal is moved', () => moverOf(id) !== undefined)
  expect(moverOf(id)).toBe(users.ines)
  expect(portal.deliveries.filter(({ event }) => event === 'ONAPPTEST')).toMatchObject([{ status: 200 }])
})
