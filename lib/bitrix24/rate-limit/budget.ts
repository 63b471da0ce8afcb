import type { Priority } from '../client/rest.ts'
import { PortalUnavailableError, RateLimitError } from '../errors/errors.ts'
import type { BucketSize, Level } from './leaky-bucket.ts'
import { advanceTo, bucketOf, paceOf, waitFor, waitForLoan, withRefusal, withRequest } from './meter.ts'
import { localMeter, type MeterStore } from './meter-store.ts'
import { createMethodLimits, type MethodLimits, pausedMethods } from './method-limits.ts'

/** Time as tests can turn it. `random` gives 0…1 for jitter. */
export type Time = Readonly<{
  clock: () => Date
  sleep: (ms: number) => Promise<unknown>
  random: () => number
}>

/**
 * How long a lane waits for its turn before it gives up, milliseconds: people do not wait, work comes again by itself. A move that
 * waits here has its intent open, so the wait must stay well below SETTLE_SECONDS.
 */
const maxWaitMs: Readonly<Record<Priority, number>> = { work: 30_000, page: 10_000 }

/** Many people may open their pages at once, and each of them costs a request: they see that it takes a while. Milliseconds. */
const visitorMaxWaitMs = 30_000

type Waiter = { isVisitor: boolean; until: number; go: () => void; giveUp: (error: unknown) => void }

/**
 * The request budget of one portal, shared by all users and lanes. Bitrix24 counts per portal and calling address; what other
 * applications behind our address use shows only as 503, to which the budget adapts.
 */
export type Budget = {
  readonly time: Time
  readonly meter: MeterStore
  readonly methods: MethodLimits
  readonly waiting: Readonly<Record<Priority, Waiter[]>>
  /** What this process has sent, and how often the portal answered 503. */
  readonly sent: Record<Priority, number>
  refused: number
  /** Seconds that a move took in the last batches of this process. */
  secondsPerMove: number | null
}

export function createBudget(time: Time, meter: MeterStore = localMeter(time.clock)): Budget {
  return {
    time,
    meter,
    methods: createMethodLimits(),
    waiting: { work: [], page: [] },
    sent: { work: 0, page: 0 },
    refused: 0,
    secondsPerMove: null,
  }
}

/**
 * Waits for leave to send one request, in order within the lane, visitors behind the others: nobody has proven yet who they are. Throws
 * `RateLimitError` when the patience ends first, and `PortalUnavailableError` when the database that counts does not answer.
 */
export function acquireRequest(budget: Budget, priority: Priority, isVisitor = false): Promise<void> {
  return new Promise((go, giveUp) => {
    const queue = budget.waiting[priority]
    const until = budget.time.clock().getTime() + (isVisitor ? visitorMaxWaitMs : maxWaitMs[priority])
    queue.splice(placeIn(queue, isVisitor), 0, { isVisitor, until, go, giveUp })
    if (queue.length === 1) void serve(budget, priority)
  })
}

/** The first is being served already, and keeps its place. */
function placeIn(queue: readonly Waiter[], isVisitor: boolean): number {
  const first = isVisitor ? -1 : queue.findIndex((waiter, place) => place > 0 && waiter.isVisitor)
  return first < 0 ? queue.length : first
}

/** The portal's plan bears so much. Costs nothing while that is known; a database that does not answer stops us by itself. */
export async function setBucket({ meter }: Budget, size: BucketSize): Promise<void> {
  if (bucketOf(meter.seen()) === bucketOf({ ...meter.seen(), size })) return
  await meter.change((now) => [{ ...now, size }, null] as const).catch(() => null)
}

/** The portal answered 503 to a request sent at that moment. */
export async function limitExceeded(budget: Budget, sentAt: Date): Promise<void> {
  budget.refused += 1
  // A database that does not answer stops us by itself.
  await budget.meter
    .change((meter) => [withRefusal(meter, sentAt, budget.time.random()), null] as const)
    .catch(() => null)
}

/** What the status page and metrics show. */
export type BudgetState = Readonly<{
  /** Requests counted against what the portal bears at once. */
  used: number
  /** What it bears: 50, or 250 on the plan Enterprise. */
  burst: number
  /** Requests of this process. */
  waiting: Level
  perSecond: number
  blockedUntil: Date | null
  /** Methods that have used their working time up. */
  paused: Readonly<Record<string, Date>>
  secondsPerMove: number | null
}>

/** As this process last saw it. */
export function budgetState(budget: Budget): BudgetState {
  const now = budget.time.clock()
  const meter = advanceTo(budget.meter.seen(), now.getTime())
  const { level, blockedUntil } = meter
  const { burst } = bucketOf(meter)
  const { waiting, secondsPerMove } = budget
  return {
    used: Math.ceil(level.work + level.page),
    burst: burst.work + burst.page,
    waiting: { work: waiting.work.length, page: waiting.page.length },
    perSecond: paceOf(meter),
    blockedUntil: blockedUntil > now.getTime() ? new Date(blockedUntil) : null,
    paused: pausedMethods(budget.methods, now),
    secondsPerMove,
  }
}

/** As it is now. Throws when the database cannot be asked. */
export async function readBudget(budget: Budget): Promise<BudgetState> {
  await budget.meter.change(() => [null, null] as const)
  return budgetState(budget)
}

/** Lets go the first of the lane as soon as it may, then the next one, until nobody waits. */
async function serve(budget: Budget, priority: Priority): Promise<void> {
  const { time } = budget
  const queue = budget.waiting[priority]
  for (let [head] = queue; head; [head] = queue) {
    const wait = await tryAcquire(budget, priority)
    const left = head.until - time.clock().getTime()
    if (wait instanceof Error) for (const one of queue.splice(0)) one.giveUp(wait)
    else if (wait === 0) {
      queue.shift()
      budget.sent[priority] += 1
      head.go()
    } else if (left <= 0) {
      queue.shift()
      head.giveUp(tooMany(new Date(time.clock().getTime() + wait)))
    } else await time.sleep(Math.max(1, Math.ceil(Math.min(wait, left))))
  }
}

/**
 * Counts one request if there is room: 0. Otherwise how long to wait, milliseconds. While no work waits, pages may have of its room when their own
 * is used up. Visitors may be many at once, and what work leaves idle is lent to them first, so that people who are proven keep the pages' own
 * room; who stands before them has of it as well.
 */
async function tryAcquire({ meter, waiting }: Budget, priority: Priority): Promise<number | PortalUnavailableError> {
  const mayBorrow = priority === 'page' && waiting.work.length === 0
  const lendsFirst = waiting.page.some(({ isVisitor }) => isVisitor)
  try {
    return await meter.change((now) => {
      const own = waitFor(now, priority)
      const loan = mayBorrow ? waitForLoan(now) : Number.POSITIVE_INFINITY
      const wait = Math.min(loan, own)
      const lane = loan === 0 && (lendsFirst || own > 0) ? 'work' : priority
      return [wait === 0 ? withRequest(now, lane) : null, wait] as const
    })
  } catch {
    return new PortalUnavailableError({ code: 'STORE_DOWN', text: 'the requests of this portal cannot be counted' })
  }
}

function tooMany(until: Date): RateLimitError {
  return new RateLimitError(
    { code: 'REQUEST_BUDGET', text: 'too many requests of our own wait for this portal' },
    until,
  )
}
