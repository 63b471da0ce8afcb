import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  acquireRequest,
  type Budget,
  createBudget,
  limitExceeded,
  readBudget,
  setBucket,
} from '../../../lib/bitrix24/rate-limit/budget.ts'
import { localMeter, sharedMeter } from '../../../lib/bitrix24/rate-limit/meter-store.ts'
import { erasePortal } from '../../../lib/store/erasure.ts'
import { addProvisionalPortal } from '../../../lib/store/provisional-portals.ts'
import { countStatements } from '../../count-statements.ts'
import { openPostgres, type TestDatabase } from '../store/test-database.ts'

/** Clocks of machines differ; nobody waits for real. */
const timeOf = (aheadMs = 0) => ({
  clock: () => new Date(Date.now() + aheadMs),
  sleep: vi.fn(() => new Promise(() => {})),
  random: () => 0.5,
})

describe('a request budget that processes share on PostgreSQL', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await openPostgres()
    await addProvisionalPortal(database.db, 'acme', new Date())
  })
  afterEach(() => database.close())

  const processes = (count: number, portal = 'acme') =>
    Array.from({ length: count }, (_, n) => {
      const time = timeOf((n - 1) * 3000)
      return createBudget(time, sharedMeter(database.db, portal, time.clock))
    })
  /** How many of them may go at once, all processes together. */
  const granted = async (budgets: Budget[], lane: 'work' | 'page', each: number) => {
    let count = 0
    const waits = ({ time }: Budget) => vi.mocked(time.sleep).mock.calls.length
    const before = new Map(budgets.map((budget) => [budget, waits(budget)]))
    for (const budget of budgets) {
      for (let n = 0; n < each; n++)
        acquireRequest(budget, lane).then(
          () => count++,
          () => {},
        )
    }
    // Nobody waits, or the first one was told to wait.
    const isThrough = (budget: Budget) => budget.waiting[lane].length === 0 || waits(budget) !== before.get(budget)
    await vi.waitUntil(() => budgets.every(isThrough), { timeout: 20_000 })
    return count
  }

  it('gives all of them together what the portal bears, whatever their clocks say', async () => {
    const three = processes(3)
    // What drains while the test runs is two a second.
    const work = await granted(three, 'work', 30)
    expect(work).toBeGreaterThanOrEqual(40)
    expect(work).toBeLessThan(50)
    const pages = await granted(three, 'page', 20)
    expect(pages + work).toBeGreaterThanOrEqual(48)
    expect(pages + work).toBeLessThan(60)
    const used = await Promise.all(three.map((one) => readBudget(one).then((state) => state.used)))
    expect(Math.max(...used) - Math.min(...used)).toBeLessThanOrEqual(1)
    expect(three.reduce((sum, { sent }) => sum + sent.page + sent.work, 0)).toBe(pages + work)
  })

  it('stops all of them when one is refused', async () => {
    const [one, other] = processes(2) as [Budget, Budget]
    await limitExceeded(one, one.time.clock())
    const state = await readBudget(other)
    expect(state).toMatchObject({ used: 50, perSecond: 1 })
    expect(state.blockedUntil?.getTime()).toBeGreaterThan(other.time.clock().getTime())
    expect(await granted([other], 'page', 1)).toBe(0)
  })

  it('counts a portal that is not known yet by itself, and leaves nothing behind of one that is erased', async () => {
    expect(await granted(processes(2, 'new'), 'work', 40)).toBe(80)
    const [before, after] = processes(2) as [Budget, Budget]
    await granted([before], 'page', 3)
    await erasePortal(database.db, 'acme')
    await granted([before, after], 'page', 3)
    expect(await database.db.selectFrom('budget').selectAll().execute()).toEqual([])
  })

  it('asks the database once for each request that nobody else came between, and twice where somebody did', async () => {
    const [one, other] = processes(2) as [Budget, Budget]
    const statementsOf = async (budget: Budget) => {
      const count = countStatements()
      await acquireRequest(budget, 'work')
      count.stop()
      return count.texts.length
    }
    expect(await statementsOf(one)).toBe(2)
    expect(await statementsOf(one)).toBe(1)
    expect(await statementsOf(other)).toBe(2)
    expect(await statementsOf(one)).toBe(3)
    expect(await statementsOf(one)).toBe(1)
  })

  it('lets nobody wait by what is remembered', async () => {
    const [one, other] = processes(2) as [Budget, Budget]
    await Promise.all(Array.from({ length: 40 }, () => acquireRequest(one, 'work')))
    await setBucket(other, 'large')
    await acquireRequest(one, 'work')
    expect(one.sent.work).toBe(41)
  })

  it('sends nothing while the database does not answer', async () => {
    const time = timeOf()
    const unreachable = { selectFrom: () => expect.fail('no connection') } as never
    const budget = createBudget(time, sharedMeter(unreachable, 'acme', time.clock))
    const refusal = { name: 'PortalUnavailableError', code: 'STORE_DOWN', retriable: true }
    await expect(acquireRequest(budget, 'page')).rejects.toMatchObject(refusal)
    await expect(acquireRequest(budget, 'page')).rejects.toMatchObject(refusal)
    await limitExceeded(budget, time.clock())
  })
})

it('one process counts without a database', async () => {
  const time = timeOf()
  const budget = createBudget(time, localMeter(time.clock))
  await Promise.all(Array.from({ length: 40 }, () => acquireRequest(budget, 'work')))
  expect(budget.sent).toEqual({ work: 40, page: 0 })
})
