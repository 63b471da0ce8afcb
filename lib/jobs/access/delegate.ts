import { randomBytes } from 'node:crypto'
import { AccessDead, OutcomeUnknown, PortalError } from '../../bitrix24/errors/errors.ts'
import type { Config } from '../../config.ts'
import { wakeWaitingMoves } from '../../engine/move/retry-on-access.ts'
import type { Job, Round } from '../../queue/job.ts'
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
import { postponeWork, type WorkRow, wakeWork } from '../../store/jobs.ts'
import type { Sealer } from '../../store/sealing.ts'

export type DelegationParts = { config: Pick<Config, 'publicUrl'>; sealer: Sealer }

/** The event of `event.test`: the only one that can be raised on purpose, and that brings a token of the handler's user. */
const EVENT = 'ONAPPTEST'

/** How long the event is waited for, milliseconds (`design.md` 4.2). */
const PATIENCE_MS = 15_000

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
export function delegateAccess(parts: DelegationParts): Job {
  return async (round, rows) => {
    for (const row of rows) await goOn(parts, round, row)
  }
}

async function goOn({ config, sealer }: DelegationParts, round: Round, row: WorkRow): Promise<void> {
  const { memberId, settings } = round.portal
  const handlerOf = ({ code }: { code: string }) => `${config.publicUrl}/events/access/${code}`
  const delegation = readDelegation(sealer, memberId, row.body)
  if (delegation.state === 'answered') return prove(sealer, round, row, delegation, handlerOf(delegation))
  if (delegation.state === 'asked') {
    const until = new Date(delegation.until)
    if (round.clock() < until) {
      await postpone(round, row, until, 'asked')
      return ask(round, row, handlerOf(delegation))
    }
    await unbind(round, row, handlerOf(delegation))
    return end(round, row, 'no-event')
  }
  if (!settings.delegate) return end(round, row, 'not-allowed')
  const { live } = await listActors(round.db, round.portal, round.clock())
  if (live.has(Number(row.subject))) return end(round, row, 'not-needed')
  const other = await findDelegation(round.db, memberId)
  const until = new Date(round.clock().getTime() + PATIENCE_MS)
  // `event.test` calls all handlers, so one follows the other; whoever ends wakes the next.
  if (other) return postpone(round, row, until, 'one-at-a-time')
  const asked = { code: randomBytes(24).toString('base64url'), until: until.toISOString() }
  // Written first: the event may come before the answer.
  await postpone(round, row, until, 'asked', asked)
  await ask(round, row, handlerOf(asked))
}

function postpone(round: Round, row: WorkRow, dueAt: Date, reason: string, body?: AskedDelegation): Promise<void> {
  return round.commit((tx) => postponeWork(tx, [row.id], { dueAt, reason, body }, round.clock()))
}

/** One request. What is bound already, after a lost answer, is unbound first. */
async function ask(round: Round, row: WorkRow, handler: string): Promise<void> {
  const client = await round.clients.asReader(round.portal.memberId, 'work')
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
    if (error instanceof OutcomeUnknown) return
    if (!(error instanceof PortalError) || error.retriable || error instanceof AccessDead) throw error
    round.log.warn({ portal: round.portal.memberId, code: error.code }, 'The portal does not delegate access')
    await unbind(round, row, handler)
    await end(round, row, 'refused')
  }
}

/** Only an access that the portal itself says is that user's counts. A refresh token that came with it was never stored. */
async function prove(
  sealer: Sealer,
  round: Round,
  row: WorkRow,
  answer: AnsweredDelegation,
  handler: string,
): Promise<void> {
  const { memberId, appCode } = round.portal
  const userId = Number(row.subject)
  const user = answer.accessToken === null ? null : await ownerOf(round, answer.accessToken)
  await unbind(round, row, handler)
  if (answer.accessToken === null) return end(round, row, 'no-token')
  if (user === null) return end(round, row, 'refused')
  if (user.userId !== userId) return end(round, row, 'other-user')
  if (user.appCode !== appCode) return end(round, row, 'other-app')
  const issuedAt = new Date(answer.heardAt)
  const expiresAt = new Date(issuedAt.getTime() + answer.expiresIn * 1000)
  const pair = { accessToken: answer.accessToken, refreshToken: null, expiresAt, issuedAt }
  const owner = { portal: memberId, userId, name: user.name, admin: user.admin }
  await end(round, row, 'delegated', async (tx) => {
    await storeAccess(tx, sealer, owner, pair, round.clock())
  })
}

/** Whose token it is; null when the portal refuses it. */
async function ownerOf(round: Round, accessToken: string) {
  try {
    return await round.clients.prove(round.portal, accessToken, 'work')
  } catch (error) {
    if (error instanceof PortalError && !error.retriable) return null
    throw error
  }
}

/** A handler that stays bound would get a token with every test; what cannot be unbound is unbound with the next installation. */
async function unbind(round: Round, row: WorkRow, handler: string): Promise<void> {
  const client = await round.clients.asReader(round.portal.memberId, 'work')
  try {
    await client.call('event.unbind', bindingOf(row, handler))
  } catch (error) {
    if (!(error instanceof PortalError) || error.retriable) throw error
    round.log.warn({ portal: round.portal.memberId, code: error.code }, 'A handler of a delegation stays bound')
  }
}

function bindingOf({ subject }: WorkRow, handler: string) {
  return { event: EVENT, handler, auth_type: Number(subject) }
}

/** Writes down what came of it, lets go what waits for it, and then the next delegation. */
async function end(
  round: Round,
  row: WorkRow,
  outcome: Outcome | Dropped,
  store: (tx: Round['db']) => Promise<void> = async () => {},
): Promise<void> {
  const { memberId: portal } = round.portal
  const userId = Number(row.subject)
  const now = round.clock()
  await round.commit(async (tx) => {
    await store(tx)
    await finishDelegation(tx, row.id, outcome, now)
    const detail = { userId, outcome }
    if (!dropped.has(outcome)) await addAudit(tx, portal, { userId: null, action: 'access-delegation', detail }, now)
    await wakeWork(tx, { portal, kind: AWAIT_ACCESS, subjectsFrom: `${userId}:` }, now)
    await wakeWork(tx, { portal, kind: DELEGATE }, now)
    if (outcome === 'delegated') await wakeWaitingMoves(tx, portal, { userId, admin: false }, now)
  })
}
