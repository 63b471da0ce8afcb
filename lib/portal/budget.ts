import { LimitReached } from './errors.ts'
import { burst, drained, drainPerSecond, type Level, secondsUntilRoom } from './leaky-bucket.ts'
import { createMethodLimits, type MethodLimits, pausedMethods } from './method-limits.ts'
import type { Lane } from './types.ts'

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
const patience: Readonly<Record<Lane, number>> = { work: 30_000, page: 10_000 }

/** After 503: first pause, longest pause, and the quiet time that takes one step back, milliseconds; how often the pace halves. */
const backOff = { first: 1000, longest: 60_000, recovery: 30_000, halvings: 3 }

const lanes: readonly Lane[] = ['page', 'work']

type Waiter = { until: number; go: () => void; giveUp: (error: LimitReached) => void }

/**
 * The request budget of one portal, shared by all users and lanes of this process. Bitrix24 counts per portal and calling
 * address; what other applications or processes behind our address use shows only as 503, to which the budget adapts.
 */
export type Budget = {
  readonly time: Time
  readonly methods: MethodLimits
  level: Level
  drainedAt: number
  waiting: Record<Lane, Waiter[]>
  lastServed: Lane
  wakeAt: number | null
  /** How many 503 in a row; each halves the pace and doubles the pause. */
  steps: number
  steppedAt: number
  blockedUntil: number
  /** See `move-speed.ts`. */
  secondsPerMove: number | null
}

export function createBudget(time: Time): Budget {
  const now = time.clock().getTime()
  return {
    time,
    methods: createMethodLimits(),
    level: { work: 0, page: 0 },
    drainedAt: now,
    waiting: { work: [], page: [] },
    lastServed: 'work',
    wakeAt: null,
    steps: 0,
    steppedAt: now,
    blockedUntil: 0,
    secondsPerMove: null,
  }
}

/** Waits for leave to send one request, in order within the lane. Throws `LimitReached` when the lane's patience ends first. */
export function takeRequest(budget: Budget, lane: Lane): Promise<void> {
  const now = drain(budget)
  if (budget.waiting[lane].length === 0 && waitFor(budget, lane, now) <= 0) {
    count(budget, lane)
    return Promise.resolve()
  }
  return new Promise((go, giveUp) => {
    budget.waiting[lane].push({ until: now + patience[lane], go, giveUp })
    plan(budget)
  })
}

/** The portal answered 503 to a request sent at that moment: the bucket counts as full, and the pace slows. */
export function limitExceeded(budget: Budget, sentAt: Date): void {
  const now = drain(budget)
  budget.level = burst
  // Requests that were under way when the last 503 came tell nothing new.
  if (budget.steps > 0 && sentAt.getTime() < budget.steppedAt) return
  const pause = Math.min(backOff.longest, backOff.first * 2 ** budget.steps) * (0.75 + budget.time.random() / 2)
  budget.steps += 1
  budget.steppedAt = now
  budget.blockedUntil = now + pause
}

/** What the status page and metrics show. */
export type BudgetState = Readonly<{
  /** Requests counted against the portal's 50. */
  used: number
  waiting: Level
  perSecond: number
  blockedUntil: Date | null
  /** Methods that have used their working time up. */
  paused: Readonly<Record<string, Date>>
  secondsPerMove: number | null
}>

export function budgetState(budget: Budget): BudgetState {
  const now = drain(budget)
  const { level, waiting, blockedUntil, secondsPerMove } = budget
  return {
    used: Math.ceil(level.work + level.page),
    waiting: { work: waiting.work.length, page: waiting.page.length },
    perSecond: pace(budget),
    blockedUntil: blockedUntil > now ? new Date(blockedUntil) : null,
    paused: pausedMethods(budget.methods, new Date(now)),
    secondsPerMove,
  }
}

const pace = (budget: Budget) => drainPerSecond / 2 ** Math.min(budget.steps, backOff.halvings)

/** Brings the level up to now, and returns now. */
function drain(budget: Budget): number {
  const now = budget.time.clock().getTime()
  for (;;) {
    const quietFrom = Math.max(budget.steppedAt, budget.blockedUntil)
    if (budget.steps === 0 || now - quietFrom < backOff.recovery) break
    budget.steps -= 1
    budget.steppedAt = quietFrom + backOff.recovery
  }
  budget.level = drained(budget.level, (Math.max(0, now - budget.drainedAt) / 1000) * pace(budget))
  budget.drainedAt = now
  return now
}

function count(budget: Budget, lane: Lane): void {
  budget.level = { ...budget.level, [lane]: budget.level[lane] + 1 }
}

/** Milliseconds until the lane may send. */
function waitFor(budget: Budget, lane: Lane, now: number): number {
  return Math.max(secondsUntilRoom(budget.level, lane, pace(budget)) * 1000, budget.blockedUntil - now)
}

/** Lets go whoever may, then sleeps until the next one may or loses patience. */
function plan(budget: Budget): void {
  const now = drain(budget)
  while (serveOne(budget, now));
  for (const lane of lanes) giveUpLate(budget, lane, now)
  const next = Math.min(...lanes.map((lane) => nextWake(budget, lane, now)))
  if (next === Number.POSITIVE_INFINITY || (budget.wakeAt !== null && budget.wakeAt <= next)) return
  budget.wakeAt = next
  void budget.time.sleep(Math.max(1, Math.ceil(next - now))).then(() => {
    if (budget.wakeAt === next) budget.wakeAt = null
    plan(budget)
  })
}

function nextWake(budget: Budget, lane: Lane, now: number): number {
  const [head] = budget.waiting[lane]
  return head === undefined ? Number.POSITIVE_INFINITY : Math.min(now + waitFor(budget, lane, now), head.until)
}

/** Turns go round between lanes that have room. */
function serveOne(budget: Budget, now: number): boolean {
  const order: Lane[] = budget.lastServed === 'page' ? ['work', 'page'] : ['page', 'work']
  for (const lane of order) {
    const [head] = budget.waiting[lane]
    // Rounding must not keep a waiter whose time has come.
    if (head === undefined || waitFor(budget, lane, now) > 1e-3) continue
    budget.waiting[lane].shift()
    count(budget, lane)
    budget.lastServed = lane
    head.go()
    return true
  }
  return false
}

function giveUpLate(budget: Budget, lane: Lane, now: number): void {
  for (let [head] = budget.waiting[lane]; head && head.until <= now; [head] = budget.waiting[lane]) {
    budget.waiting[lane].shift()
    const facts = { code: 'REQUEST_BUDGET', text: 'too many requests of our own wait for this portal' }
    head.giveUp(new LimitReached(facts, new Date(now + waitFor(budget, lane, now))))
  }
}
