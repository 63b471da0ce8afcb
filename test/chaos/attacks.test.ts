import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attacks } from '../security/attacks.ts'
import { receive, someDeals } from './acts.ts'
import { openPatiently, type Setting, startSetting } from './setting.ts'
import { until } from './until.ts'

/** Longest that somebody waits who asks for the health of the process, milliseconds: a busy machine and all, and far less than an attack would take. */
const LONGEST_WAIT_MS = 5000

describe('a process with half a gigabyte is attacked by the owner of one portal, and serves the other', () => {
  let setting: Setting
  beforeAll(async () => {
    setting = await startSetting({ portals: 2 })
    const [hostile] = setting.portals
    if (!hostile) throw new Error('Nothing was started')
    const admin = await openPatiently(setting.balancer.url, hostile, 1)
    const place = { entityTypeId: 2, categoryId: 4, stageId: 'C4:PREPARATION' }
    await admin('POST', '/api/triggers', { kind: 'chat-message', fields: { text: 'price' }, ...place })
  })
  afterAll(() => setting.close())

  test.each(Object.entries(attacks))('%s', async (_what, attack) => {
    const [hostile, other] = setting.portals
    const [app] = setting.processes
    if (!hostile || !other || !app) throw new Error('Nothing was started')
    const { url } = setting.balancer
    const [dealId = 0] = someDeals(other, 1)
    const watch = watchHealth(url)
    receive(other, dealId)
    await attack({ url, portal: hostile })
    await openPatiently(url, other, 1)
    await until('the deal of the other portal is moved', () =>
      other.world.stageHistory.some(({ ownerId, stageId }) => ownerId === dealId && stageId === 'C4:PREPARATION'),
    )
    const { statuses, longest } = await watch.end()
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(longest).toBeLessThan(LONGEST_WAIT_MS)
    expect(app.isRunning(), app.output.join('').slice(-2000)).toBe(true)
  })
})

/** Asks for the health of the process again and again until the end. */
function watchHealth(url: string) {
  const seen = { statuses: [] as number[], longest: 0 }
  let isOver = false
  const asking = (async () => {
    while (!isOver) {
      const begun = performance.now()
      // A connection of its own each time: the server ends one that lay idle, as while this process was busy with the attack.
      const status = await fetch(`${url}/health`, { headers: { connection: 'close' } }).then(
        (answer) => answer.status,
        () => 0,
      )
      seen.statuses.push(status)
      seen.longest = Math.max(seen.longest, performance.now() - begun)
      await sleep(300)
    }
  })()
  return {
    async end() {
      isOver = true
      await asking
      return seen
    },
  }
}
