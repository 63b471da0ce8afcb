import type { Config } from '../config.ts'
import type { JobHandler } from '../engine/context.ts'
import { addTombstone, erasePortal } from '../store/erasure.ts'
import { completeJobs, snoozeJobs } from '../store/jobs.ts'
import { findPortalTimes } from '../store/portals.ts'
import { type Ages, forgetOld } from '../store/retention.ts'

export const RETENTION = 'retention' as const

/** How long is kept what nobody decides, days. A click an hour after its link was made is a person's. */
const DAYS = { parked: 90, conversations: 90, madeLinks: 1, audit: 365, uninstalled: 90 }

const DAY_MS = 24 * 3600 * 1000

/** Parts of a thousand rows that one turn deletes; the portal's other work has its turn between turns. */
const PARTS = 20

/**
 * Job `retention`, every hour: forgets what is too old. A portal that has not had the app for 90 days is erased; until then its
 * settings and triggers wait for it to come back.
 */
export const retention =
  (keepDays: Config['keepDays']): JobHandler =>
  async (context, rows) => {
    const { memberId, status, settings } = context.portal
    const now = context.clock()
    const before = (days: number) => new Date(now.getTime() - days * DAY_MS)
    const { updatedAt } = await findPortalTimes(context.db, memberId)
    if (status !== 'installed' && updatedAt < before(DAYS.uninstalled).toISOString()) {
      context.log.info({ portal: memberId }, 'A portal that left long ago was erased')
      return context.commit(async (tx) => {
        await erasePortal(tx, memberId)
        await addTombstone(tx, memberId, { reason: 'left-long-ago', detail: { since: updatedAt } }, now)
      })
    }
    const ages: Ages = {
      journal: before(settings.journalDays),
      filtered: before(keepDays.filtered),
      jobs: before(keepDays.jobs),
      parked: before(DAYS.parked),
      restLog: before(keepDays.restLog),
      conversations: before(DAYS.conversations),
      // What is `stale` moves nothing any more: nobody asks whether an event told of it.
      seenMessages: before(Math.max(1, settings.staleHours / 24)),
      madeLinks: before(DAYS.madeLinks),
      audit: before(DAYS.audit),
    }
    let isMore = true
    for (let part = 0; isMore && part < PARTS; part++)
      isMore = await context.commit((tx) => forgetOld(tx, memberId, ages))
    await context.commit((tx) =>
      isMore
        ? snoozeJobs(tx, rows, { dueAt: now, reason: 'more', tried: 'well' }, now)
        : completeJobs(tx, rows, 'forgotten', now),
    )
  }
