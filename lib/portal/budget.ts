import { LimitReached } from './errors.ts'
import type { Lane } from './types.ts'

/** Time as tests can turn it. `random` gives 0…1 for jitter. */
export type Time = Readonly<{
  clock: () => Date
  sleep: (ms: number) => Promise<unknown>
  random: () => number
}>

/** Bitrix24's bucket: 50 requests at once, then 2 a second (`platform.md` 6), divided between the lanes. */
const burst: Readonly<Record<Lane, number>> = { work: 40, page: 10 }
const perSecond = 2

/** How long a lane waits for its turn before it gives up, milliseconds: people do not wait, work comes again by itself. */
const patience: Readonly<Record<Lane, number>> = { work: 60_000, page: 10_000 }

/** After 503: first pause, longest pause, slowest pace as a share, and the quiet time that takes one step back; milliseconds. */
const backOff = { first: 1000, longest: 60_000, slowestSteps: 3, recovery: 30_000 }

const lanes: readonly Lane[] = ['page', 'work']

type Waiter = { until: number; go: () => void; giveUp: (error: LimitReached) => void }

/**
 * The request budget of one portal, shared by all users, API versions and lanes of this process. Bitrix24 counts per portal and
 * calling address; what other applications behind our address use shows only as 503, to which the budget adapts.
 */
export type Budget = {
  readonly time: Time
  /** Requests in the bucket, by lane; they drain together at `perSecond`, half each while both have some. */
  level: Record<Lane, number>
  drainedAt: number
  waiting: Record<Lane, Waiter[]>
  lastServed: Lane
  wakeAt: number | null
  /** How many 503 rounds in a row; each halves the pace and doubles the pause. */
  steps: number
  steppedAt: number
  blockedUntil: number
  /** Methods that must wait, and when the portal said a method's working time begins anew; epoch milliseconds. */
  paused: Map<string, number>
  resetAt: Map<string, number>
  secondsPerMove: number | null
}

export function createBudget(time: Time): Budget {
  const now = time.clock().getTime()
  return {
    time,
    level: { work: 0, page: 0 },
    drainedAt: now,
    waiting: { work: [], page: [] },
    lastServed: 'work',
    wakeAt: null,
    steps: 0,
    steppedAt: now,
    blockedUntil: 0,
    paused: new Map(),
    resetAt: new Map(),
    secondsPerMove: null,
  }
}

/** Waits for leave to send one request, in order within the lane. Throws `LimitReached` when the lane's patience ends first. */
export function takeRequest(budget: Budget, lane: Lane): Promise<void> {
  const now = budget.time.clock().getTime()
  drain(budget, now)
  if (budget.waiting[lane].length === 0 && waitFor(budget, lane, now) <= 0) {
    budget.level[lane] += 1
    return Promise.resolve()
  }
  return new Promise((go, giveUp) => {
    budget.waiting[lane].push({ until: now + patience[lane], go, giveUp })
    plan(budget)
  })
}

/** The portal answered 503 to a request sent at that moment: the bucket counts as full, and the pace slows. */
export function limitExceeded(budget: Budget, sentAt: Date): void {
  const now = budget.time.clock().getTime()
  drain(budget, now)
  budget.level = { ...burst }
  // Requests that were under way when the last 503 came tell nothing new.
  if (budget.steps > 0 && sentAt.getTime() < budget.steppedAt) return
  const pause = Math.min(backOff.longest, backOff.first * 2 ** budget.steps) * (0.75 + budget.time.random() / 2)
  budget.steps += 1
  budget.steppedAt = now
  budget.blockedUntil = now + pause
}

/** A method's working time is used up: it alone waits until the portal's own reset, else a minute. Returns until when. */
export function pauseMethod(budget: Budget, method: string, fallback: Date): Date {
  const reset = budget.resetAt.get(method) ?? 0
  const until = reset > budget.time.clock().getTime() ? reset : fallback.getTime()
  budget.paused.set(method, until)
  return new Date(until)
}

/** Until when a method has to wait; `null`: it may go. */
export function pausedUntil(budget: Budget, method: string): Date | null {
  const until = budget.paused.get(method)
  if (until === undefined) return null
  if (until > budget.time.clock().getTime()) return new Date(until)
  budget.paused.delete(method)
  return null
}

/** `time.operating_reset_at` of a good answer (Unix seconds): the only place where a portal tells it. */
export function noteReset(budget: Budget, method: string, operatingResetAt: unknown): void {
  if (typeof operatingResetAt === 'number') budget.resetAt.set(method, operatingResetAt * 1000)
}

/** How long moves took together, in seconds: later batches are sized by it. The last batches weigh most. */
export function noteMoves(budget: Budget, moves: number, seconds: number): void {
  const each = seconds / moves
  budget.secondsPerMove = budget.secondsPerMove === null ? each : budget.secondsPerMove * 0.5 + each * 0.5
}

/** What the status page and metrics show. */
export type BudgetState = Readonly<{
  /** Requests counted against the portal's 50. */
  used: number
  waiting: Readonly<Record<Lane, number>>
  perSecond: number
  blockedUntil: Date | null
  paused: Readonly<Record<string, Date>>
  secondsPerMove: number | null
}>

export function budgetState(budget: Budget): BudgetState {
  const now = budget.time.clock().getTime()
  drain(budget, now)
  const paused = [...budget.paused]
    .filter(([, until]) => until > now)
    .map(([method, until]) => [method, new Date(until)])
  return {
    used: Math.ceil(budget.level.work + budget.level.page),
    waiting: { work: budget.waiting.work.length, page: budget.waiting.page.length },
    perSecond: pace(budget),
    blockedUntil: budget.blockedUntil > now ? new Date(budget.blockedUntil) : null,
    paused: Object.fromEntries(paused),
    secondsPerMove: budget.secondsPerMove,
  }
}

const pace = (budget: Budget) => perSecond / 2 ** Math.min(budget.steps, backOff.slowestSteps)

function drain(budget: Budget, now: number): void {
  while (budget.steps > 0 && now - Math.max(budget.steppedAt, budget.blockedUntil) >= backOff.recovery) {
    budget.steps -= 1
    budget.steppedAt = Math.max(budget.steppedAt, budget.blockedUntil) + backOff.recovery
  }
  const { level } = budget
  const amount = (Math.max(0, now - budget.drainedAt) / 1000) * pace(budget)
  const each = Math.min(amount / 2, level.work, level.page)
  const rest = amount - 2 * each
  budget.level = {
    work: Math.max(0, level.work - each - rest),
    page: Math.max(0, level.page - each - rest),
  }
  budget.drainedAt = now
}

/** Milliseconds until the lane has room for one request. */
function waitFor(budget: Budget, lane: Lane, now: number): number {
  const excess = budget.level[lane] + 1 - burst[lane]
  const other = budget.level[lane === 'work' ? 'page' : 'work']
  const draining = excess <= 0 ? 0 : Math.min(2 * excess, excess + other) / pace(budget)
  return Math.max(draining * 1000, budget.blockedUntil - now)
}

/** Lets go whoever may, then sleeps until the next may or loses patience. */
function plan(budget: Budget): void {
  const now = budget.time.clock().getTime()
  drain(budget, now)
  for (const lane of lanes) giveUpLate(budget, lane, now)
  while (serveOne(budget, now));
  const next = Math.min(...lanes.flatMap((lane) => nextWake(budget, lane, now)))
  if (next === Number.POSITIVE_INFINITY || (budget.wakeAt !== null && budget.wakeAt <= next)) return
  budget.wakeAt = next
  void budget.time.sleep(Math.max(1, Math.ceil(next - now))).then(() => {
    if (budget.wakeAt === next) budget.wakeAt = null
    plan(budget)
  })
}

function nextWake(budget: Budget, lane: Lane, now: number): number[] {
  const [head] = budget.waiting[lane]
  return head === undefined ? [] : [Math.min(now + waitFor(budget, lane, now), head.until)]
}

/** Turns go round between lanes that have room. */
function serveOne(budget: Budget, now: number): boolean {
  const order: Lane[] = budget.lastServed === 'page' ? ['work', 'page'] : ['page', 'work']
  for (const lane of order) {
    const [head] = budget.waiting[lane]
    // Rounding must not make a waiter whose time has come wait another millisecond for ever.
    if (head === undefined || waitFor(budget, lane, now) > 1e-3) continue
    budget.waiting[lane].shift()
    budget.level[lane] += 1
    budget.lastServed = lane
    head.go()
    return true
  }
  return false
}

function giveUpLate(budget: Budget, lane: Lane, now: number): void {
  while (budget.waiting[lane][0] !== undefined && budget.waiting[lane][0].until <= now) {
    const until = new Date(now + waitFor(budget, lane, now))
    const facts = { code: 'REQUEST_BUDGET', text: 'too many requests of our own are waiting for this portal' }
    budget.waiting[lane].shift()?.giveUp(new LimitReached(facts, until))
  }
}
