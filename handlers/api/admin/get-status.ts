import { z } from 'zod'
import type { Status } from '../../../lib/api/status.ts'
import type { BudgetState } from '../../../lib/bitrix24/rate-limit/budget.ts'
import { SWEEP } from '../../../lib/jobs/sweep/sweep.ts'
import type { Services } from '../../../lib/services.ts'
import { listDrift } from '../../../lib/store/answer-drift.ts'
import { findCursor } from '../../../lib/store/cursors.ts'
import { countDays, findLastMove } from '../../../lib/store/decisions.ts'
import { countJobsOfPortal, type JobCount } from '../../../lib/store/job-queries.ts'
import { listTriggers } from '../../../lib/store/triggers.ts'
import { version } from '../../../lib/version.ts'
import type { SessionHandler } from '../../http/session.ts'
import { accessStatus } from '../access/access-status.ts'
import { lastDaysSince } from '../triggers/last-days.ts'
import { shownTriggers } from '../triggers/shown-triggers.ts'
import { kindsStatus } from './kinds-status.ts'
import { portalAttention } from './portal-attention.ts'
import { probeStatus } from './probe-status.ts'
import { subscriptionStatus } from './subscription-status.ts'

/**
 * `GET /api/status`: how Stagecue stands in this portal, for its administrator. `subscriptions` is asked of the portal now,
 * `budget` is what all processes together have asked of it (`used` of `burst`, `perSecond`, `blockedUntil`) and what waits in this one (`waiting`,
 * `paused`), `activity` is what the last seven days (UTC) brought and when an item was moved last, `sweep` is null until the first one, `drift` is what
 * its answers looked like where they did not look as we know them, `links` is what the operator has to read and whom to ask.
 */
export function getStatus(services: Services): SessionHandler {
  return async ({ portal, language }, _request, response) => {
    const { db, clients, config } = services
    const { memberId } = portal
    const [subscriptions, access, work, state, sweep, kinds, triggers, home, drift, activity] = await Promise.all([
      subscriptionStatus(services, portal),
      accessStatus(services, portal, language),
      countJobsOfPortal(db, memberId),
      clients.budgetState(memberId),
      sweepStatus(services, memberId),
      kindsStatus(services, portal, language),
      triggersInNeed(services, memberId),
      portalAttention(services, memberId, language),
      listDrift(db, memberId),
      activityStatus(services, memberId),
    ])
    const attention = [...home, ...triggers]
    const probe = probeStatus(portal.probe, language)
    const now = services.clock()
    const links = { documents: config.documentsUrl, support: config.supportUrl, privacy: config.privacyUrl }
    const budget = budgetStatus(state)
    const parts = { version, activity, subscriptions, access, budget, sweep, kinds, attention, probe, drift, links }
    const status: Status = { ...parts, work: jobsStatus(work, now) }
    response.json(status)
  }
}

function budgetStatus({ used, burst, waiting, perSecond, blockedUntil, paused }: BudgetState): Status['budget'] {
  const until = Object.entries(paused).map(([method, date]) => [method, date.toISOString()])
  const held = { blockedUntil: blockedUntil?.toISOString() ?? null, paused: Object.fromEntries(until) }
  return { used, burst, waiting, perSecond, ...held }
}

/** `overdueSince`: since when work waits that could have been done; `oldestSeconds`: how long that is by now, 0 where nothing does. */
function jobsStatus(counts: JobCount[], now: Date) {
  const of = (state: JobCount['state']) => counts.filter((count) => count.state === state)
  const sum = (state: JobCount['state']) => of(state).reduce((total, { count }) => total + count, 0)
  const overdue = of('due').flatMap(({ since }) => (since < now.toISOString() ? [since] : []))
  const overdueSince = overdue.toSorted()[0] ?? null
  const oldest = overdueSince === null ? 0 : now.getTime() - Date.parse(overdueSince)
  return {
    due: sum('due'),
    parked: sum('parked'),
    overdueSince,
    oldestSeconds: Math.round(oldest / 1000),
    kinds: counts.map(({ kind, state, count }) => ({ kind, state, count })),
  }
}

/** The days of `lastDays`. */
async function activityStatus({ db, clock }: Services, memberId: string) {
  const [days, lastMove] = await Promise.all([
    countDays(db, memberId, lastDaysSince(clock())),
    findLastMove(db, memberId),
  ])
  return { days, lastMove }
}

const sweepSchema = z.object({ at: z.string(), found: z.number(), refused: z.record(z.string(), z.string()) })

/** When lost happenings were looked for last, how many were found, and which lists the portal does not show. */
async function sweepStatus({ db }: Services, memberId: string) {
  const cursor = await findCursor(db, memberId, SWEEP)
  return cursor === null ? null : (sweepSchema.safeParse(JSON.parse(cursor)).data ?? null)
}

/** Triggers that a person should look at. */
async function triggersInNeed(services: Services, memberId: string) {
  const triggers = await shownTriggers(services, memberId, await listTriggers(services.db, memberId))
  return triggers.flatMap(({ id, name, attention }) => (attention ? [{ triggerId: id, name, ...attention }] : []))
}
