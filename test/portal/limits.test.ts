import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SEED } from './index.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import { admit, createMeters } from './rest/meters.ts'
import { call, type Fixture, setUp } from './testing.ts'

let fixture: Fixture
beforeEach(async () => {
  fixture = await setUp()
})
afterEach(() => {
  vi.useRealTimers()
  return fixture.stop()
})

const burst = async (number: number) => {
  const calls = Array.from({ length: number }, () => call(fixture.portal, fixture.admin, 'user.admin'))
  return (await Promise.all(calls)).map(({ status }) => status)
}

describe('the bucket', () => {
  /** However long the requests take. */
  const drainNothing = () => Object.assign(fixture.portal.limits, { perSecond: 0 })

  test('takes fifty requests at once and refuses the next with 503', async () => {
    drainNothing()
    const statuses = await burst(60)
    expect(statuses.filter((status) => status === 200)).toHaveLength(50)
    const { status, body } = await call(fixture.portal, fixture.admin, 'user.admin')
    expect([status, body.error]).toEqual([503, 'QUERY_LIMIT_EXCEEDED'])
    expect(fixture.portal.requests.at(-1)).toMatchObject({ status: 503, error: 'QUERY_LIMIT_EXCEEDED' })
  })

  test('is one for all users of the portal, and a batch counts as one', async () => {
    drainNothing()
    fixture.portal.limits.burst = 2
    await call(fixture.portal, fixture.portal.openApp(SEED.users.sam).body.AUTH_ID, 'user.admin')
    await call(fixture.portal, fixture.admin, 'batch', { cmd: ['profile', 'profile', 'profile'] })
    expect((await call(fixture.portal, fixture.admin, 'user.admin')).status).toBe(503)
  })

  test('drains two requests a second', () => {
    const meters = createMeters()
    const at = (ms: number) => admit(meters, DEFAULT_LIMITS, 1_000_000 + ms)
    for (let index = 0; index < 50; index += 1) expect(at(0)).toBe(true)
    expect([at(0), at(499), at(500), at(501), at(1500), at(1500), at(1500)]).toEqual([
      false,
      false,
      true,
      false,
      true,
      true,
      false,
    ])
  })

  test('is shared with other applications', () => {
    const meters = createMeters()
    const limits = { ...DEFAULT_LIMITS, burst: 10, noise: 4 }
    const admitted = Array.from({ length: 100 }, (_, index) => admit(meters, limits, 1_000_000 + index * 100))
    const share = admitted.filter(Boolean).length
    expect(share).toBeGreaterThan(0)
    expect(share).toBeLessThan(25)
  })
})

describe('operating time', () => {
  test('stops only the method that used it up, until the time it told', async () => {
    fixture.portal.limits.operatingCosts['user.admin'] = 200
    const first = await call(fixture.portal, fixture.admin, 'user.admin')
    expect(first.body.time.operating).toBeLessThan(1)
    await burst(2)
    const { status, body } = await call(fixture.portal, fixture.admin, 'user.admin')
    expect([status, body.error]).toEqual([429, 'OPERATION_TIME_LIMIT'])
    expect((await call(fixture.portal, fixture.admin, 'profile')).status).toBe(200)
    const now = Date.now() / 1000
    expect(first.body.time.operating_reset_at).toBeGreaterThan(now + 500)
    expect(first.body.time.operating_reset_at).toBeLessThanOrEqual(now + 600)
  })

  test('counts inside a batch', async () => {
    fixture.portal.limits.operatingCosts['user.admin'] = 480
    const { status, body } = await call(fixture.portal, fixture.admin, 'batch', {
      cmd: { a: 'user.admin', b: 'user.admin' },
    })
    expect(status).toBe(200)
    expect(body.result.result).toEqual({ a: true })
    expect(body.result.result_error.b.error).toBe('OPERATION_TIME_LIMIT')
  })

  test('comes back when the window has passed', async () => {
    Object.assign(fixture.portal.limits, { operatingCosts: { 'user.admin': 480 } })
    expect(await burst(1)).toEqual([200])
    expect(await burst(1)).toEqual([429])
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1000 * fixture.portal.limits.operatingWindowSeconds })
    const later = await burst(1)
    vi.useRealTimers()
    expect(later).toEqual([200])
  })
})

describe('one request', () => {
  test('is given up by the gateway with a page; what finished stays done', async () => {
    fixture.portal.world.automationSeconds = 0.15
    fixture.portal.limits.requestSeconds = 0.25
    const deals = [1, 2, 3].map(() => fixture.portal.act.createItem({ entityTypeId: 2 }))
    const cmd = deals.map(({ id }) => `crm.item.update?entityTypeId=2&id=${id}&fields[stageId]=EXECUTING`)
    const response = await fetch(`${fixture.portal.url}/rest/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ cmd, auth: fixture.admin }),
    })
    expect([response.status, (await response.text()).startsWith('<html>')]).toEqual([504, true])
    expect(deals.map(({ stageId }) => stageId)).toEqual(['EXECUTING', 'EXECUTING', 'NEW'])
  })

  test('may take its time when nothing limits it', async () => {
    fixture.portal.limits.enabled = false
    expect((await burst(70)).every((status) => status === 200)).toBe(true)
  })
})
