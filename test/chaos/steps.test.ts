import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, openSession } from '../api.ts'
import { type Fault, type Portal, SEED } from '../portal/index.ts'
import { type Act, receive, someDeals } from './acts.ts'
import { expectNothingLostNothingTwice, untilWorkedOff } from './properties.ts'
import { type Setting, startSetting } from './setting.ts'
import { until } from './until.ts'

/** Between which two steps the process dies: the portal falls silent there, and then the process is killed. */
const steps: { name: string; prepare?: (portal: Portal) => void; fault: Fault; outcome?: 'failed' }[] = [
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
    // It was called twice, and is not called a third time.
    outcome: 'failed',
  },
]

describe('killed between two steps, the next process goes on and the item moves once', () => {
  let setting: Setting
  let admin: Api
  const acts: Act[] = []
  beforeAll(async () => {
    setting = await startSetting()
    const [portal] = setting.portals
    if (!portal) throw new Error('Nothing was started')
    admin = await openSession(setting.balancer.url, portal, SEED.users.admin)
  })
  afterAll(() => setting.close())

  /** The journal tells of it once, and the deal entered the stage once, or never where it says so. */
  async function expectOnce({ portal, dealId }: Act, outcome: 'moved' | 'failed' = 'moved'): Promise<void> {
    const { body } = await admin('GET', `/api/journal?entityTypeId=${SEED.types.deal}&itemId=${dealId}`)
    expect(body.entries).toMatchObject([{ outcome, move: { userId: SEED.users.sam } }])
    const entered = portal.world.stageHistory.filter(
      ({ ownerId, stageId }) => ownerId === dealId && stageId === 'C4:PREPARATION',
    )
    expect(entered).toHaveLength(outcome === 'moved' ? 1 : 0)
  }

  test.each(steps)('$name', async ({ prepare, fault, outcome }) => {
    const [portal] = setting.portals
    const [app] = setting.processes
    if (!portal || !app) throw new Error('Nothing was started')
    const [dealId = 0] = someDeals(portal, 1)
    prepare?.(portal)
    portal.faults.next(fault)
    const act = receive(portal, dealId)
    acts.push(act)
    await until('the portal fell silent', () => portal.faults.waiting.length === 0)
    await app.kill()
    await app.start()
    await untilWorkedOff(setting, acts)
    await expectNothingLostNothingTwice(setting, acts)
    await expectOnce(act, outcome)
  })

  test('and nothing more comes of it later', async () => {
    await sleep(2000)
    expect(acts).toHaveLength(steps.length)
    for (const [index, act] of acts.entries()) await expectOnce(act, steps[index]?.outcome)
  })
})
