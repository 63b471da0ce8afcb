import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Config } from '../../config.ts'
import type { Job, Jobs, Round } from '../../queue/job.ts'
import { addAudit } from '../../store/audit.ts'
import { findDelegation } from '../../store/delegations.ts'
import { addWork, finishWork, type NewWork, postponeWork, type WorkRow, wakeWork } from '../../store/jobs.ts'
import { storeApplicationToken } from '../../store/portals.ts'
import { findSubscriptions, keepSubscriptions } from '../../store/subscriptions.ts'

export const TEST_EVENTS = 'test-events'
export const TEST_CAME_BACK = 'test-came-back'

/** The only event that can be raised on purpose (`platform.md` 3.1). */
export const TEST_EVENT = 'ONAPPTEST'

/** How long the event is waited for, milliseconds. */
export const testPatience = 30_000

const querySchema = z.object({ QUERY: z.object({ code: z.string().regex(/^[\w-]{16,64}$/) }) })

/** The code that a test event brings back; null: it is not one of ours. */
export function testCode(data: unknown): string | null {
  return querySchema.safeParse(data).data?.QUERY.code ?? null
}

/** Whether the portal's events reach us can only be tried: `event.test`, and wait for it. */
export function testJobs(config: Pick<Config, 'publicUrl'>): Jobs {
  return {
    [TEST_EVENTS]: { take: 1, job: testEvents(`${config.publicUrl}/events`) },
    [TEST_CAME_BACK]: { take: 40, job: testCameBack },
  }
}

/**
 * Job `test-events`: binds the test event, raises it with a code, and unbinds it when it has come back or does not come. One that
 * comes back proves that the portal reaches PUBLIC_URL and that `installFinish` was called.
 */
function testEvents(handler: string): Job {
  return async (round, rows) => {
    for (const row of rows) {
      const { code } = JSON.parse(row.body) as { code?: string }
      if (code === undefined) await raise(round, row, handler)
      else await end(round, row, handler, code)
    }
  }
}

async function raise(round: Round, row: WorkRow, handler: string): Promise<void> {
  const { memberId } = round.portal
  const dueAt = new Date(round.clock().getTime() + testPatience)
  // A delegation raises the same event: one after the other.
  if (await findDelegation(round.db, memberId)) {
    return round.commit((tx) => postponeWork(tx, [row.id], { dueAt, reason: 'one-at-a-time' }, round.clock()))
  }
  const code = randomBytes(16).toString('base64url')
  // Written first: the event may come before the answer.
  await round.commit(async (tx) => {
    await keepSubscriptions(tx, memberId, {
      test: { code, askedAt: round.clock().toISOString(), cameBackAt: null },
    })
    await postponeWork(tx, [row.id], { dueAt, reason: 'asked', body: { code } }, round.clock())
  })
  const client = await round.clients.asReader(memberId, 'work')
  await client.batch({
    bind: { method: 'event.bind', params: { event: TEST_EVENT, handler } },
    test: { method: 'event.test', params: { code } },
  })
}

async function end(round: Round, row: WorkRow, handler: string, code: string): Promise<void> {
  const { memberId } = round.portal
  const client = await round.clients.asReader(memberId, 'work')
  await client.call('event.unbind', { event: TEST_EVENT, handler, auth_type: 0 })
  const { test } = await findSubscriptions(round.db, memberId)
  const reason = test?.code === code && test.cameBackAt !== null ? 'came-back' : 'no-event'
  if (reason === 'no-event')
    round.log.warn({ portal: memberId }, 'A test event did not come back: is PUBLIC_URL right?')
  await round.commit((tx) => finishWork(tx, [row.id], reason, round.clock()))
}

const cameBackSchema = z.object({ applicationToken: z.string().catch('') })

/**
 * Job `test-came-back`: the event with the code in the row's subject is there. It brings the portal's present application_token, which a
 * new version may have changed without another event to tell of it.
 */
const testCameBack: Job = async (round, rows) => {
  const { memberId, applicationToken } = round.portal
  const { test } = await findSubscriptions(round.db, memberId)
  const ours = rows.find(({ subject }) => subject === test?.code)
  const ids = rows.map(({ id }) => id)
  await round.commit(async (tx) => {
    const now = round.clock()
    await finishWork(tx, ids, ours ? 'came-back' : 'unknown-code', now)
    if (!ours || test === null) return
    await keepSubscriptions(tx, memberId, { test: { ...test, cameBackAt: now.toISOString() } })
    await wakeWork(tx, { portal: memberId, kind: TEST_EVENTS }, now)
    const { applicationToken: present } = cameBackSchema.parse(JSON.parse(ours.body))
    if (present === '' || present === applicationToken) return
    await storeApplicationToken(tx, memberId, present, now)
    await addAudit(tx, memberId, { userId: null, action: 'application-token-stored', detail: {} }, now)
  })
}

/** The test is made again while none has come back since the installation. */
export async function addTestIfNeeded(round: Round): Promise<void> {
  const { memberId, installedAt } = round.portal
  const { test } = await findSubscriptions(round.db, memberId)
  if (test?.cameBackAt && test.cameBackAt >= (installedAt ?? '')) return
  const now = round.clock()
  await round.commit((tx) => addWork(tx, [testWork(memberId, now)], now))
}

export function testWork(portal: string, now: Date): NewWork {
  return { portal, kind: TEST_EVENTS, subject: 'round', dueAt: now }
}
