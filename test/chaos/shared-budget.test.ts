import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { type Api, openSession } from '../api.ts'
import { sharedPostgres } from '../lib/store/test-database.ts'
import { SEED } from '../portal/index.ts'
import { type Act, receive, someDeals } from './acts.ts'
import { expectNothingLostNothingTwice, untilWorkedOff } from './properties.ts'
import { type Setting, startSetting } from './setting.ts'

/** What processes that share a PostgreSQL ask of one portal together, on Bitrix24's own limits. */

const { users } = SEED

let setting: Setting
afterEach(() => setting.close())

test('three processes together stay below the portal’s limit, while people search and customers write', async () => {
  const env = { SWEEP_SECONDS: '300' }
  setting = await startSetting({ postgres: sharedPostgres(), processes: [{}, {}, {}], env })
  const [portal] = setting.portals
  if (!portal) throw new Error('No portal was started')
  const sessions = await Promise.all(
    setting.processes.map(({ port }) => openSession(`http://127.0.0.1:${port}`, portal, users.admin)),
  )
  const before = portal.requests.length
  const acts: Act[] = []
  const searches: ReturnType<Api>[] = []
  for (let wave = 0; wave < 2; wave++) {
    acts.push(...someDeals(portal, 40).map((dealId) => receive(portal, dealId)))
    // Each asks the portal: searches of people are remembered by what is searched for.
    for (const [n, api] of sessions.entries())
      for (let m = 0; m < 15; m++) searches.push(api('GET', `/api/users?search=${wave}-${n}-${m}`))
    await sleep(2000)
  }
  const answers = await Promise.all(searches)
  await untilWorkedOff(setting, acts)
  const refused = portal.requests.slice(before).filter(({ status }) => status === 503)
  const served = answers.filter(({ status }) => status === 200)
  expect(refused.length, 'requests refused for the limit').toBeLessThanOrEqual(2)
  expect(served.length).toBeGreaterThanOrEqual(10)
  await expectNothingLostNothingTwice(setting, acts)
})
