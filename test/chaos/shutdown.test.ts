import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { receive, someDeals } from './acts.ts'
import { expectNothingLostNothingTwice, untilWorkedOff } from './properties.ts'
import { type Setting, startSetting } from './setting.ts'
import { until } from './until.ts'

let setting: Setting
afterEach(() => setting.close())

test('SIGTERM lets the running batch finish and begins no other', async () => {
  setting = await startSetting({ env: { SWEEP_SECONDS: '600' } })
  const [portal] = setting.portals
  const [app] = setting.processes
  if (!portal || !app) throw new Error('Nothing was started')
  const deals = someDeals(portal, 2)
  portal.faults.slowMs = 1500
  const acts = [receive(portal, deals[0] ?? 0)]
  // By this it is read what an activity is bound to, by nothing else.
  await until('the portal is asked about the e-mail', () =>
    portal.requests.some(({ methods }) => methods.includes('crm.activity.binding.list')),
  )
  acts.push(receive(portal, deals[1] ?? 0))
  await portal.idle()
  expect(await app.stop()).toBe(0)
  const moved = await setting.query("select outcome from decision where outcome = 'moved'")
  const due = await setting.query("select id from work where state = 'due' and kind = 'notice'")
  expect([moved.length, due.length]).toEqual([1, 1])
  expect(await setting.query('select lease_owner from portal where lease_owner is not null')).toEqual([])
  portal.faults.slowMs = 0
  await app.start()
  await untilWorkedOff(setting, acts)
  await expectNothingLostNothingTwice(setting, acts)
})

test('SIGTERM in a burst: whatever was answered 200 is stored', async () => {
  setting = await startSetting({ portal: { eventDelayMs: [0, 3000] } })
  const [portal] = setting.portals
  const [app] = setting.processes
  if (!portal || !app) throw new Error('Nothing was started')
  const deals = someDeals(portal, 20)
  const acts = Array.from({ length: 150 }, (_, index) => receive(portal, deals[index % deals.length] ?? 0))
  await sleep(200)
  expect(await app.stop()).toBe(0)
  await portal.idle()
  const stored = await setting.query("select subject from work where kind = 'notice' and subject like 'ONCRMACTIVITY%'")
  const answered = portal.deliveries.filter(({ event, status }) => event === 'ONCRMACTIVITYADD' && status === 200)
  expect(answered.length).toBeGreaterThan(0)
  expect(answered.length).toBeLessThan(acts.length)
  expect(stored).toHaveLength(answered.length)
  await app.start()
  await untilWorkedOff(setting, acts)
  await expectNothingLostNothingTwice(setting, acts)
})
