import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { JobContext, JobHandler } from '../../engine/context.ts'
import { addAudit } from '../../store/audit.ts'
import { findDelegation } from '../../store/delegations.ts'
import { completeJobs, enqueue, type JobRow, makeDueNow, type NewJob, snoozeJobs } from '../../store/jobs.ts'
import { storeApplicationToken } from '../../store/portals.ts'
import { findSubscriptions, updateSubscriptions } from '../../store/subscriptions.ts'

export const WEBHOOK_PING = 'test-events' as const
export const WEBHOOK_PING_RECEIVED = 'test-came-back' as const

/** The only event that can be raised on purpose (`platform.md` 3.1). */
export const TEST_EVENT = 'ONAPPTEST'

/** How long the event is waited for, milliseconds. */
export const pingTimeoutMs = 30_000

const querySchema = z.object({ QUERY: z.object({ code: z.string().regex(/^[\w-]{16,64}$/) }) })

/** The code that a test event brings back; null: it is not one of ours. */
export function testCode(data: unknown): string | null {
  return querySchema.safeParse(data).data?.QUERY.code ?? null
}

/** With the code the event was raised; without, it is to be. */
export const pingBodySchema = z.object({ code: z.string().optional() })

export const pingReceivedSchema = z.object({ applicationToken: z.string().catch('') })

/**
 * Job `test-events`, as whether the portal's events reach us can only be tried: binds the test event, raises it with a code, and unbinds it when it has come back or does not come. One that
 * comes back proves that the portal reaches PUBLIC_URL and that `installFinish` was called.
 */
export function sendPing(handler: string): JobHandler<z.output<typeof pingBodySchema>> {
  return async (context, jobs) => {
    for (const row of jobs) {
      const { code } = row.data
      if (code === undefined) await raise(context, row, handler)
      else await end(context, row, handler, code)
    }
  }
}

async function raise(context: JobContext, row: JobRow, handler: string): Promise<void> {
  const { memberId } = context.portal
  const dueAt = new Date(context.clock().getTime() + pingTimeoutMs)
  // A delegation raises the same event: one after the other.
  if (await findDelegation(context.db, memberId)) {
    return context.commit((tx) => snoozeJobs(tx, [row], { dueAt, reason: 'one-at-a-time' }, context.clock()))
  }
  const code = randomBytes(16).toString('base64url')
  // Written first: the event may come before the answer.
  await context.commit(async (tx) => {
    await updateSubscriptions(tx, memberId, {
      test: { code, askedAt: context.clock().toISOString(), cameBackAt: null },
    })
    await snoozeJobs(tx, [row], { dueAt, reason: 'asked', body: { code } }, context.clock())
  })
  const client = await context.clients.asReader(memberId, 'work')
  await client.batch({
    bind: { method: 'event.bind', params: { event: TEST_EVENT, handler } },
    test: { method: 'event.test', params: { code } },
  })
}

async function end(context: JobContext, row: JobRow, handler: string, code: string): Promise<void> {
  const { memberId } = context.portal
  const client = await context.clients.asReader(memberId, 'work')
  await client.call('event.unbind', { event: TEST_EVENT, handler, auth_type: 0 })
  const { test } = await findSubscriptions(context.db, memberId)
  const reason = test?.code === code && test.cameBackAt !== null ? 'came-back' : 'no-event'
  if (reason === 'no-event')
    context.log.warn({ portal: memberId }, 'A test event did not come back: is PUBLIC_URL right?')
  await context.commit((tx) => completeJobs(tx, [row], reason, context.clock()))
}

/**
 * Job `test-came-back`: the event with the code in the row's subject is there. It brings the portal's present application_token, which a
 * new version may have changed without another event to tell of it.
 */
export const receivePing: JobHandler<z.output<typeof pingReceivedSchema>> = async (context, rows) => {
  const { memberId, applicationToken } = context.portal
  const { test } = await findSubscriptions(context.db, memberId)
  const ours = rows.find(({ dedupKey }) => dedupKey === test?.code)
  await context.commit(async (tx) => {
    const now = context.clock()
    await completeJobs(tx, rows, ours ? 'came-back' : 'unknown-code', now)
    if (!ours || test === null) return
    await updateSubscriptions(tx, memberId, { test: { ...test, cameBackAt: now.toISOString() } })
    await makeDueNow(tx, { portal: memberId, type: WEBHOOK_PING }, now)
    const { applicationToken: present } = ours.data
    if (present === '' || present === applicationToken) return
    await storeApplicationToken(tx, memberId, present, now)
    await addAudit(tx, memberId, { userId: null, action: 'application-token-stored', detail: {} }, now)
  })
}

/** The test is made again while none has come back since the installation. */
export async function addTestIfNeeded(context: JobContext): Promise<void> {
  const { memberId, installedAt } = context.portal
  const { test } = await findSubscriptions(context.db, memberId)
  if (test?.cameBackAt && test.cameBackAt >= (installedAt ?? '')) return
  const now = context.clock()
  await context.commit((tx) => enqueue(tx, [pingJob(memberId, now)], now))
}

export function pingJob(portal: string, now: Date): NewJob {
  return { portal, type: WEBHOOK_PING, dedupKey: 'round', dueAt: now }
}
