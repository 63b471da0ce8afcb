import { randomUUID } from 'node:crypto'
import type { B24OAuth } from '@bitrix24/b24jssdk'
import type { TokenPair } from '../../store/access.ts'
import { PortalUnavailableError, UnknownOutcomeError } from '../errors/errors.ts'
import { type ErrorBody, errorFromAnswer, type RequestInfo } from '../errors/from-answer.ts'
import { errorFromFailure } from '../errors/from-failure.ts'
import { acquireRequest, type Budget, limitExceeded } from '../rate-limit/budget.ts'
import { loggedRequest, type RestLog } from './request-log.ts'
import type { Priority } from './rest.ts'
import { createSdk, type HttpAgents, type HttpExchange, type SdkTarget } from './sdk.ts'

/** The SDK's object for one user of one portal at one address, and what went over it. */
export type Connection = Readonly<{
  target: SdkTarget
  /** When the pair it began with was issued. */
  issuedAt: Date
  sdk: B24OAuth
  /** The last HTTP exchange of each request under way. */
  exchanges: Map<string, HttpExchange>
  /** Until when each request under way may be sent, where that matters. */
  deadlines: Map<string, Date>
}>

export type ConnectionDeps = Readonly<{
  connections: HttpAgents
  budget: Budget
  lane: Priority
  visitor?: boolean
  restLog: RestLog
  clock: () => Date
  refresh: () => Promise<TokenPair>
}>

/** An answer with `result`, and how long its request took. */
export type Answer = Readonly<{
  payload: Readonly<{ result: unknown; total?: unknown; next?: unknown; time?: { operating_reset_at?: unknown } }>
  requestId: string
  ms: number
}>

export function createConnection(target: SdkTarget, issuedAt: Date, parts: ConnectionDeps): Connection {
  const exchanges = new Map<string, HttpExchange>()
  const deadlines = new Map<string, Date>()
  const sdk = createSdk(target, parts.connections, {
    clock: parts.clock,
    async acquire(requestId) {
      await acquireRequest(parts.budget, parts.lane, parts.visitor)
      const notAfter = deadlines.get(requestId)
      if (notAfter === undefined || parts.clock() <= notAfter) return
      throw new PortalUnavailableError({ code: 'TOO_LATE', text: 'this request waited too long and was not sent' })
    },
    refresh: parts.refresh,
    async exchanged(exchange) {
      exchanges.set(exchange.requestId, exchange)
      const logged = loggedRequest(target.memberId, target.userId || null, exchange)
      parts.restLog.note(logged)
      if (logged.status === 503) await limitExceeded(parts.budget, exchange.sentAt)
    },
  })
  return { target, issuedAt, sdk, exchanges, deadlines }
}

/** Asks once: only an expired token is refreshed and asked again with, as the portal did not act on it. Throws `PortalError`. */
export async function ask(link: Connection, method: string, params: object, asked: RequestInfo): Promise<Answer> {
  const requestId = randomUUID()
  if (asked.notAfter) link.deadlines.set(requestId, asked.notAfter)
  try {
    const result = await link.sdk.actions.v2.call.make({ method, params: { ...params }, requestId })
    const exchange = link.exchanges.get(requestId)
    // Some refusals are handed back instead of thrown; their exchange has no payload.
    if (exchange?.failure !== undefined) throw [...result.getErrors()][0]
    return { payload: checked(exchange?.payload, asked), requestId, ms: exchange?.ms ?? 0 }
  } catch (failure) {
    throw errorFromFailure(failure, asked)
  } finally {
    link.exchanges.delete(requestId)
    link.deadlines.delete(requestId)
  }
}

/** HTTP 200 is no success yet: errors come with it too, and so do pages of gateways and cut bodies (`platform.md` 7). */
function checked(payload: unknown, asked: RequestInfo): Answer['payload'] {
  const body = payload as (ErrorBody & Answer['payload']) | null | undefined
  const isObject = typeof body === 'object' && body !== null
  const hasResult = isObject && body.result !== undefined
  const hasError = isObject && body.error !== undefined && body.error !== null
  if (hasError && !(hasResult && body.error === '')) throw errorFromAnswer(body, 200, asked)
  if (hasResult) return body
  const facts = { code: 'UNEXPECTED_ANSWER', text: 'the answer is no REST answer', status: 200 }
  throw asked.writes ? new UnknownOutcomeError(facts) : new PortalUnavailableError(facts)
}
