import type { Budget } from './budget.ts'
import type { Level } from './leaky-bucket.ts'

/** What one process has asked of all its portals since it started, and what waits in it now. */
export type BudgetSums = Readonly<{
  sent: Level
  waiting: Level
  /** Answers 503: the portal's limit. */
  refused: number
  /** Portals that are not asked at present, after a 503. */
  blocked: number
}>

export function sumsOf(budgets: readonly Budget[]): BudgetSums {
  const sum = (count: (budget: Budget) => number) => budgets.reduce((total, budget) => total + count(budget), 0)
  return {
    sent: { work: sum(({ sent }) => sent.work), page: sum(({ sent }) => sent.page) },
    waiting: { work: sum(({ waiting }) => waiting.work.length), page: sum(({ waiting }) => waiting.page.length) },
    refused: sum(({ refused }) => refused),
    blocked: sum(({ meter, time }) => (meter.seen().blockedUntil > time.clock().getTime() ? 1 : 0)),
  }
}
