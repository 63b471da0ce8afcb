import { afterEach, expect, test } from 'vitest'
import { receive, someDeals } from '../acts.ts'
import { expectNothingLostNothingTwice, untilWorkedOff } from '../properties.ts'
import { type Setting, startSetting } from '../setting.ts'
import { until } from '../until.ts'

let setting: Setting
afterEach(() => setting.close())

test('SIGTERM while a portal gives no answer: the process ends after half a minute, and the next one settles the move', async () => {
  setting = await startSetting()
  const [portal] = setting.portals
  const [app] = setting.processes
  if (!portal || !app) throw new Error('Nothing was started')
  portal.faults.next({ method: 'crm.item.update', kind: 'silent', when: 'after' })
  const acts = someDeals(portal, 1).map((dealId) => receive(portal, dealId))
  await until('the portal fell silent', () => portal.faults.waiting.length === 0)
  const begun = Date.now()
  expect(await app.stop()).toBe(0)
  expect(Date.now() - begun).toBeLessThan(40_000)
  await app.start()
  await untilWorkedOff(setting, acts)
  await expectNothingLostNothingTwice(setting, acts)
})

test('forty portals that give no answer do not keep another one waiting', async () => {
  setting = await startSetting({ portals: 41 })
  const [well, ...silent] = setting.portals
  if (!well) throw new Error('Nothing was started')
  for (const portal of silent) {
    portal.faults.next({ kind: 'silent', times: 1000 })
    receive(portal, someDeals(portal, 1)[0] ?? 0)
  }
  await until('all of them are asked', () => silent.every(({ faults }) => (faults.waiting[0]?.times ?? 0) < 1000))
  const acts = someDeals(well, 3).map((dealId) => receive(well, dealId))
  await until(
    'it is served',
    async () => {
      const rows = await setting.query(`select key from occurrence where portal = '${well.memberId}'`)
      return rows.length === acts.length
    },
    10,
  )
  for (const { faults } of silent) faults.waiting.splice(0)
})
