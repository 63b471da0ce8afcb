import { randomBytes } from 'node:crypto'
import { AccessRevokedError, PortalError, UnknownOutcomeError } from '../../bitrix24/errors/errors.ts'
import type { Config } from '../../config.ts'
import type { JobContext, JobHandler } from '../../engine/context.ts'
import { retryMovesOnAccess } from '../../engine/move/retry-on-access.ts'
import { storeAccess } from '../../store/access.ts'
import { listActors } from '../../store/acting-users.ts'
import { addAudit } from '../../store/audit.ts'
import {
  type AnsweredDelegation,
  type AskedDelegation,
  AWAIT_ACCESS,
  DELEGATE,
  findDelegation,
  finishDelegation,
  readDelegation,
} from '../../store/delegations.ts'
import { type JobRow, makeDueNow, snoozeJobs } from '../../store/jobs.ts'
import type { Sealer } from '../../store/sealing.ts'

export type DelegationParts = { config: Pick<Config, 'publicUrl'>; sealer: Sealer }

/** The event of `event.test`: the only one that can be raised on purpose, and that brings a token of the handler's user. */
const EVENT = 'ONAPPTEST'

/** How long the event is waited for, milliseconds (`design.md` 4.2). */
const MAX_WAIT_MS = 15_000

/** What came of asking the portal: an access, or why there is none. */
type Outcome = 'delegated' | 'no-event' | 'no-token' | 'refused' | 'other-user' | 'other-app'

/** Why the portal was not asked after all. */
type Dropped = 'not-allowed' | 'not-needed'

const dropped: ReadonlySet<string> = new Set<Dropped>(['not-allowed', 'not-needed'])

/**
 * Job `delegate`: asks the portal for an access of the user in the row's subject, as `design.md` 4.2 says: binds a handler of
 * ONAPPTEST with `auth_type` = that user, raises the event, takes the access token from it, proves it, unbinds. The event reaches
 * any process (`handlers/events-access.ts`), so all that is known stands in the row; between the steps nobody waits.
 *
 * Whether the cloud sends a token in that event is not documented (`platform.md` 2.5 D): where it does not, the decision falls
 * back to `ifNoAccess`.
 */
export function delegateAccess(parts: DelegationParts): JobHandler {
  return async (context, rows) => {
    for (const row of rows) await goOn(parts, context, row)
  }
}

async function goOn({ config, sealer }: DelegationParts, context: JobContext, row: JobRow): Promise<void> {
  const { memberId, settings } = context.portal
  const handlerOf = ({ code }: { code: string }) => `${config.publicUrl}/events/access/${code}`
  const delegation = readDelegation(sealer, memberId, row.body)
  if (delegation.state === 'answered') return verify(sealer, context, row, delegation, handlerOf(delegation))
  if (delegation.state === 'asked') {
    const until = new Date(delegation.until)
    if (context.clock() < until) {
      await postpone(context, row, until, 'asked')
      return ask(context, row, handlerOf(delegation))
    }
    await unbind(context, row, handlerOf(delegation))
    return end(context, row, 'no-event')
  }
  if (!settings.delegate) return end(context, row, 'not-allowed')
  const userId = Number(row.dedupKey)
  const { live } = await listActors(context.db, context.portal, [userId], context.clock())
  if (live.has(userId)) return end(context, row, 'not-needed')
  const other = await findDelegation(context.db, memberId)
  const until = new Date(context.clock().getTime() + MAX_WAIT_MS)
  // `event.test` calls all handlers, so one follows the other; whoever ends wakes the next.
  if (other) return postpone(context, row, until, 'one-at-a-time')
  const asked = { code: randomBytes(24).toString('base64url'), until: until.toISOString() }
  // Written first: the event may come before the answer.
  await postpone(context, row, until, 'asked', asked)
  await ask(context, row, handlerOf(asked))
}

function postpone(
  context: JobContext,
  row: JobRow,
  dueAt: Date,
  reason: string,
  body?: AskedDelegation,
): Promise<void> {
  return context.commit((tx) => snoozeJobs(tx, [row], { dueAt, reason, body }, context.clock()))
}

/** One request. What is bound already, after a lost answer, is unbound first. */
async function ask(context: JobContext, row: JobRow, handler: string): Promise<void> {
  const client = await context.clients.asReader(context.portal.memberId, 'work')
  const binding = bindingOf(row, handler)
  try {
    const { results } = await client.batch({
      unbind: { method: 'event.unbind', params: binding },
      bind: { method: 'event.bind', params: binding },
      test: { method: 'event.test' },
    })
    for (const result of [results.bind, results.test]) if (result?.ok === false) throw result.error
  } catch (error) {
    // The event may come all the same: the row is due when it should have come.
    if (error instanceof UnknownOutcomeError) return
    if (!(error instanceof PortalError) || error.retriable || error instanceof AccessRevokedError) throw error
    context.log.warn({ portal: context.portal.memberId, code: error.code }, 'The portal does not delegate access')
    await unbind(context, row, handler)
    await end(context, row, 'refused')
  }
}

/** Only an access that the portal itself says is that user's counts. A refresh token that came with it was never stored. */
async function verify(
  sealer: Sealer,
  context: JobContext,
  row: JobRow,
  answer: AnsweredDelegation,
  handler: string,
): Promise<void> {
  const { memberId, appCode } = context.portal
  const userId = Number(row.dedupKey)
  const user = answer.accessToken === null ? null : await ownerOf(context, answer.accessToken)
  await unbind(context, row, handler)
  if (answer.accessToken === null) return end(context, row, 'no-token')
  if (user === null) return end(context, row, 'refused')
  if (user.userId !== userId) return end(context, row, 'other-user')
  if (user.appCode !== appCode) return end(context, row, 'other-app')
  const issuedAt = new Date(answer.heardAt)
  const expiresAt = new Date(issuedAt.getTime() + answer.expiresIn * 1000)
  const pair = { accessToken: answer.accessToken, refreshToken: null, expiresAt, issuedAt }
  const owner = { portal: memberId, userId, name: user.name, admin: user.admin }
  await end(context, row, 'delegated', async (tx) => {
    await storeAccess(tx, sealer, owner, pair, context.clock())
  })
}

/** Whose token it is; null when the portal refuses it. */
async function ownerOf(context: JobContext, accessToken: string) {
  try {
    return await context.clients.verify(context.portal, accessToken, 'work')
  } catch (error) {
    if (error instanceof PortalError && !error.retriable) return null
    throw error
  }
}

/** A handler that stays bound would get a token with every test; what cannot be unbound is unbound with the next installation. */
async function unbind(context: JobContext, row: JobRow, handler: string): Promise<void> {
  const client = await context.clients.asReader(context.portal.memberId, 'work')
  try {
    await client.call('event.unbind', bindingOf(row, handler))
  } catch (error) {
    if (!(error instanceof PortalError) || error.retriable) throw error
    context.log.warn({ portal: context.portal.memberId, code: error.code }, 'A handler of a delegation stays bound')
  }
}

function bindingOf({ dedupKey }: JobRow, handler: string) {
  return { event: EVENT, handler, auth_type: Number(dedupKey) }
}

/** Writes down what came of it, lets go what waits for it, and then the next delegation. */
async function end(
  context: JobContext,
  row: JobRow,
  outcome: Outcome | Dropped,
  store: (tx: JobContext['db']) => Promise<void> = async () => {},
): Promise<void> {
  const { memberId: portal } = context.portal
  const userId = Number(row.dedupKey)
  const now = context.clock()
  await context.commit(async (tx) => {
    if (!(await finishDelegation(tx, row, outcome, now))) return
    await store(tx)
    const detail = { userId, outcome }
    if (!dropped.has(outcome)) await addAudit(tx, portal, { userId: null, action: 'access-delegation', detail }, now)
    await makeDueNow(tx, { portal, type: AWAIT_ACCESS, dedupKeysFrom: `${userId}:` }, now)
    await makeDueNow(tx, { portal, type: DELEGATE }, now)
    if (outcome === 'delegated') await retryMovesOnAccess(tx, portal, { userId, admin: false }, now)
  })
}
