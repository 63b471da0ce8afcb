import { describe, expect, it } from 'vitest'
import type { Priority } from '../../../lib/bitrix24/client/rest.ts'
import { RateLimitError } from '../../../lib/bitrix24/errors/errors.ts'
import {
  acquireRequest,
  type Budget,
  budgetState,
  createBudget,
  limitExceeded,
  setBucket,
} from '../../../lib/bitrix24/rate-limit/budget.ts'
import { pausedUntil, pauseMethod, recordReset } from '../../../lib/bitrix24/rate-limit/method-limits.ts'
import { averagedSpeed, movesPerBatch } from '../../../lib/bitrix24/rate-limit/move-batch-size.ts'
import { fakeTime } from './fake-time.ts'

function start() {
  const time = fakeTime()
  const budget = createBudget(time)
  const begin = time.clock().getTime()
  const sent: string[] = []
  /** Asks for requests and notes when each may go, in seconds. */
  const ask = (priority: Priority, count: number) =>
    Array.from({ length: count }, (_, n) =>
      acquireRequest(budget, priority).then(
        () => sent.push(`${priority} ${n} at ${(time.clock().getTime() - begin) / 1000}`),
        (error) => sent.push(`${priority} ${n} ${error.name}`),
      ),
    )
  return { time, budget, sent, ask }
}

const lanesOf = (sent: string[]) => sent.map((entry) => entry.split(' ')[0])

describe('the request budget of a portal', () => {
  it.each([
    ['usual', 40, 10, 2],
    ['large', 200, 50, 5],
  ] as const)(
    'of the %s size gives work %i requests at once, people all but four of what it leaves beside their own %i, then %i a second',
    async (size, work, page, perSecond) => {
      for (const [priority, count] of [
        ['work', work],
        ['page', work - 4 + page],
      ] as const) {
        const { time, budget, ask, sent } = start()
        await setBucket(budget, size)
        ask(priority, count + 20)
        await time.advance(0)
        expect(sent).toHaveLength(count)
        await time.advance(2000)
        expect(sent).toHaveLength(count + 2 * perSecond)
        expect(budgetState(budget)).toMatchObject({ burst: work + page, perSecond })
      }
    },
  )

  it('lends people nothing that work waits for, and lets them wait for nothing but their own room', async () => {
    const { time, ask, sent } = start()
    ask('work', 60)
    await time.advance(0)
    ask('page', 20)
    await time.advance(0)
    expect(lanesOf(sent)).toEqual([...Array(40).fill('work'), ...Array(8).fill('page')])
  })

  it('takes what people borrow only when their own room is used up, so that an event finds all of it', async () => {
    const { time, ask, sent } = start()
    ask('page', 10)
    await time.advance(0)
    ask('work', 40)
    await time.advance(0)
    expect(sent).toHaveLength(48)
  })

  it('grows and shrinks with the portal’s plan, and forgets nothing of what was sent', async () => {
    const { time, budget, ask, sent } = start()
    ask('work', 300)
    await time.advance(0)
    await setBucket(budget, 'large')
    await time.advance(1000)
    expect(sent).toHaveLength(205)
    await setBucket(budget, 'usual')
    await time.advance(10_000)
    expect(sent).toHaveLength(205)
  })

  it('lends visitors what work leaves idle but for a little, and keeps the pages’ own room for who is proven', async () => {
    const { time, budget, ask, sent } = start()
    const visitors: string[] = []
    const visit = (count: number) =>
      Array.from({ length: count }, () => acquireRequest(budget, 'page', true).then(() => visitors.push('in')))
    visit(36)
    await time.advance(0)
    expect(visitors).toHaveLength(36)
    ask('page', 8)
    ask('work', 4)
    await time.advance(0)
    expect(sent).toHaveLength(12)
  })

  it('lends nothing while work waits', async () => {
    const { time, budget, ask } = start()
    const visitors: string[] = []
    ask('work', 60)
    await time.advance(0)
    for (let n = 0; n < 20; n++) void acquireRequest(budget, 'page', true).then(() => visitors.push('in'))
    await time.advance(0)
    expect(visitors).toHaveLength(8)
  })

  it('lets visitors wait longer than others, and behind them', async () => {
    const { time, budget, ask, sent } = start()
    const visitors: string[] = []
    for (let n = 0; n < 120; n++) {
      void acquireRequest(budget, 'page', true).then(
        () => visitors.push('in'),
        () => visitors.push('RateLimitError'),
      )
    }
    await time.advance(0)
    expect(visitors).toHaveLength(46)
    ask('page', 4)
    await time.advance(4000)
    expect(sent.map((entry) => entry.split(' at ')[0])).toEqual(['page 0', 'page 1', 'page 2', 'page 3'])
    await time.advance(26_000)
    expect(visitors.filter((entry) => entry === 'in').length).toBeGreaterThan(95)
    await time.advance(2000)
    expect(visitors).toHaveLength(120)
    expect(visitors).toContain('RateLimitError')
  })

  it('gives each lane all of the pace while the other has nothing in the bucket', async () => {
    const { time, ask, sent } = start()
    ask('work', 44)
    await time.advance(2000)
    expect(sent.slice(40)).toEqual(['work 40 at 0.5', 'work 41 at 1', 'work 42 at 1.5', 'work 43 at 2'])
  })

  it('lets nobody starve: under pressure both lanes get half', async () => {
    const { time, ask, sent } = start()
    ask('work', 60)
    ask('page', 20)
    await time.advance(8000)
    const later = lanesOf(sent.slice(48))
    expect(later.filter((priority) => priority === 'page')).toHaveLength(8)
    expect(later.filter((priority) => priority === 'work')).toHaveLength(8)
  })

  it('never lets more out than the portal bears, whatever is asked for', async () => {
    const { time, ask, sent } = start()
    for (let second = 0; second < 60; second++) {
      ask(second % 3 === 0 ? 'page' : 'work', 4)
      await time.advance(1000)
      const went = sent.filter((entry) => entry.includes(' at '))
      expect(went.length).toBeLessThanOrEqual(48 + 2 * (second + 1))
    }
  })

  it('keeps the order within a lane', async () => {
    const { time, ask, sent } = start()
    ask('work', 60)
    await time.advance(10_000)
    expect(sent.map((entry) => Number(entry.split(' ')[1]))).toEqual(Array.from({ length: 60 }, (_, n) => n))
  })

  it('lets people wait ten seconds, work thirty, then tells until when', async () => {
    const { time, budget, ask, sent } = start()
    ask('page', 76)
    await time.advance(10_000)
    expect(sent.filter((entry) => entry.includes('RateLimitError'))).toHaveLength(10)
    ask('work', 240)
    await time.advance(30_000)
    expect(sent.filter((entry) => entry.startsWith('work') && entry.includes('RateLimitError')).length).toBeGreaterThan(
      0,
    )
    ask('page', 60)
    const late = acquireRequest(budget, 'page').catch((error) => error)
    await time.advance(10_000)
    const error = await late
    expect(error).toBeInstanceOf(RateLimitError)
    expect(error.waitUntil.getTime()).toBeGreaterThan(time.clock().getTime())
  })
})

describe('after 503', () => {
  const pauseOf = (budget: Budget) => (budgetState(budget).blockedUntil?.getTime() ?? 0) - budget.time.clock().getTime()

  it('nothing goes for a while, then at half the pace', async () => {
    const { time, budget, ask, sent } = start()
    await limitExceeded(budget, time.clock())
    expect(pauseOf(budget)).toBe(1000)
    ask('work', 3)
    await time.advance(4000)
    expect(sent).toEqual(['work 0 at 3', 'work 1 at 4'])
  })

  it('pauses grow with each further one, up to a minute', async () => {
    const { time, budget } = start()
    const pauses: number[] = []
    for (let n = 0; n < 8; n++) {
      await limitExceeded(budget, time.clock())
      pauses.push(pauseOf(budget))
      await time.advance(pauseOf(budget))
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
    expect(budgetState(budget).perSecond).toBe(0.25)
  })

  it('pauses are jittered by a quarter', async () => {
    for (const [random, pause] of [
      [0, 750],
      [1, 1250],
    ] as const) {
      const budget = createBudget(fakeTime(random))
      await limitExceeded(budget, budget.time.clock())
      expect(pauseOf(budget)).toBe(pause)
    }
  })

  it('answers to requests of the same burst count once', async () => {
    const { time, budget } = start()
    const sentAt = time.clock()
    await time.advance(100)
    for (let n = 0; n < 20; n++) await limitExceeded(budget, sentAt)
    expect(pauseOf(budget)).toBe(1000)
  })

  it('the pace comes back step by step', async () => {
    const { time, budget } = start()
    for (let n = 0; n < 3; n++) {
      await limitExceeded(budget, time.clock())
      await time.advance(pauseOf(budget))
    }
    const paces: number[] = []
    for (let n = 0; n < 4; n++) {
      paces.push(budgetState(budget).perSecond)
      await time.advance(30_000)
    }
    expect(paces).toEqual([0.25, 0.5, 1, 2])
  })
})

describe('a method at its limit', () => {
  it('waits until the portal’s reset, or as long as was said, and no longer', async () => {
    const { time, budget } = start()
    const { methods } = budget
    const inSeconds = (seconds: number) => new Date(time.clock().getTime() + seconds * 1000)
    const pause = (method: string) => pauseMethod(methods, method, inSeconds(60), time.clock())
    expect(pause('crm.item.update')).toEqual(inSeconds(60))
    recordReset(methods, 'crm.item.list', inSeconds(300).getTime() / 1000)
    expect(pause('crm.item.list')).toEqual(inSeconds(300))
    recordReset(methods, 'crm.item.get', undefined)
    expect(Object.keys(budgetState(budget).paused)).toEqual(['crm.item.update', 'crm.item.list'])
    await time.advance(60_000)
    expect(pausedUntil(methods, 'crm.item.get', time.clock())).toBeNull()
    expect(pausedUntil(methods, 'crm.item.update', time.clock())).toBeNull()
    expect(pausedUntil(methods, 'crm.item.list', time.clock())).not.toBeNull()
  })
})

describe('seconds per move', () => {
  it('follow the last batches', () => {
    const first = averagedSpeed(null, 5, 5)
    expect([first, averagedSpeed(first, 10, 30)]).toEqual([1, 2])
  })

  it('size the batches: 5 until they are known, then what ends within 20 s, at most 25', () => {
    expect([null, 0, 0.5, 0.8, 2, 10, 19, 45].map(movesPerBatch)).toEqual([5, 25, 25, 25, 10, 2, 1, 1])
  })
})
