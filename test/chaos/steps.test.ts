import { afterAll, beforeAll, describe, test } from 'vitest'
import type { Fault, Portal } from '../portal/index.ts'
import { type Act, receive, someDeals } from './acts.ts'
import { expectNothingLostNothingTwice, untilWorkedOff } from './properties.ts'
import { type Setting, startSetting } from './setting.ts'
import { until } from './until.ts'

/** Between which two steps the process dies: the portal falls silent there, and then the process is killed. */
const steps: { name: string; prepare?: (portal: Portal) => void; fault: Fault }[] = [
  { name: 'event answered · portal asked', fault: { method: 'crm.activity.list', kind: 'silent', when: 'before' } },
  { name: 'portal asked · decided', fault: { method: 'crm.activity.list', kind: 'silent', when: 'after' } },
  { name: 'intent written · item moved', fault: { method: 'crm.item.update', kind: 'silent', when: 'before' } },
  { name: 'item moved · answer kept', fault: { method: 'crm.item.update', kind: 'silent', when: 'after' } },
  {
    name: 'answer lost · move settled',
    prepare: ({ faults }) => faults.next({ method: 'crm.item.update', kind: 'reset', when: 'after' }),
    fault: { method: 'crm.stagehistory.list', kind: 'silent', when: 'before' },
  },
  {
    name: 'move settled as not made · called again',
    prepare: ({ faults }) => faults.next({ method: 'crm.item.update', kind: 'reset', when: 'before' }),
    fault: { method: 'crm.item.update', kind: 'silent', when: 'before' },
  },
]

describe('killed between two steps, the next process goes on and the item moves once', () => {
  let setting: Setting
  const acts: Act[] = []
  beforeAll(async () => {
    setting = await startSetting()
  })
  afterAll(() => setting.close())

  test.each(steps)('$name', async ({ prepare, fault }) => {
    const [portal] = setting.portals
    const [app] = setting.processes
    if (!portal || !app) throw new Error('Nothing was started')
    const [dealId = 0] = someDeals(portal, 1)
    prepare?.(portal)
    portal.faults.next(fault)
    acts.push(receive(portal, dealId))
    await until('the portal fell silent', () => portal.faults.waiting.length === 0)
    await app.kill()
    await app.start()
    await untilWorkedOff(setting, acts)
    await expectNothingLostNothingTwice(setting, acts)
  })
})
