import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Fault, type Portal, SEED } from '../portal/index.ts'
import { type Act, receive, someDeals } from './acts.ts'
import { expectNothingLostNothingTwice, untilWorkedOff } from './properties.ts'
import { openPatiently, type Setting, startSetting } from './setting.ts'
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
  const acts: Act[] = []
  // One process serves a portal at each of the steps when it dies: as it knows nothing of them afterwards, each goes on by itself.
  beforeAll(async () => {
    setting = await startSetting({ portals: steps.length })
    const [app] = setting.processes
    for (const [index, { prepare, fault }] of steps.entries()) {
      const portal = portalOf(index)
      prepare?.(portal)
      portal.faults.next(fault)
      acts.push(receive(portal, someDeals(portal, 1)[0] ?? 0))
    }
    await until('all portals fell silent', () => setting.portals.every(({ faults }) => faults.waiting.length === 0))
    await app?.kill()
    await app?.start()
    await untilWorkedOff(setting, acts)
  })
  afterAll(() => setting.close())

  const portalOf = (index: number) => setting.portals[index] ?? expect.fail('No portal was started')

  /** The journal tells of it once, and the deal entered the stage once, or never where it says so. */
  async function expectOnce(index: number): Promise<void> {
    const { outcome = 'moved' } = steps[index] ?? {}
    const { portal, dealId } = acts[index] ?? expect.fail('Nothing happened')
    const admin = await openPatiently(setting.balancer.url, portal, SEED.users.admin)
    const { body } = await admin('GET', `/api/journal?entityTypeId=${SEED.types.deal}&itemId=${dealId}`)
    expect(body.entries).toMatchObject([{ outcome, move: { userId: SEED.users.sam } }])
    const entered = portal.world.stageHistory.filter(
      ({ ownerId, stageId }) => ownerId === dealId && stageId === 'C4:PREPARATION',
    )
    expect(entered).toHaveLength(outcome === 'moved' ? 1 : 0)
  }

  test.each(steps.map(({ name }, index) => ({ name, index })))('$name', ({ index }) => expectOnce(index))

  test('nothing is lost, and nothing happens twice', () => expectNothingLostNothingTwice(setting, acts))

  test('and nothing more comes of it later', async () => {
    await sleep(2000)
    for (const index of steps.keys()) await expectOnce(index)
  })
})
