import { type Fault, takeCommandFault } from '../faults.ts'
import type { PortalState } from '../state.ts'
import { isoWithOffset } from '../world/dates.ts'
import { happens } from '../world/random.ts'
import { unauthorized } from './authenticate.ts'
import { databaseFault, RestError } from './error.ts'
import { UnreadableCondition } from './filter/numbers.ts'
import { chargeOperating, operatingResetAt, operatingSeconds } from './meters.ts'
import type { Call, Method, Outcome } from './method.ts'
import { findMethod } from './methods/index.ts'
import { asMap } from './php.ts'

/** `time` of every successful answer (platform.md 6); Unix seconds with fractions. */
export interface CallTime {
  start: number
  finish: number
  duration: number
  processing: number
  date_start: string
  date_finish: string
  operating_reset_at: number
  operating: number
}

/** A batch says nothing of this command. */
export class Unmentioned extends Error {}

/** Runs one method for its caller: scope, operating time, then the method itself. */
export async function execute(call: Call): Promise<Outcome & { time: CallTime }> {
  const { portal, method } = call
  const started = Date.now()
  const found = findMethod(portal, method)
  if (!found) throw new RestError('ERROR_METHOD_NOT_FOUND', 'Method not found!', 404)
  checkCaller(call, found)
  checkOperating(portal, method, started)
  try {
    const outcome = await runWithFaults(call, found)
    return { ...outcome, time: callTime(portal, method, started) }
  } catch (error) {
    throw error instanceof UnreadableCondition ? databaseFault(found) : error
  } finally {
    const seconds = (Date.now() - started) / 1000 + (portal.limits.operatingCosts[method] ?? 0)
    chargeOperating(portal.meters, portal.limits, method, seconds, Date.now())
  }
}

/** By the switch `sqlError` the database fails before or after the command is done; faults that a test has set strike as they say. */
async function runWithFaults(call: Call, method: Method): Promise<Outcome> {
  const { portal, user } = call
  const fails = happens(portal.random, portal.switches.sqlError)
  const isDone = fails && portal.random() < 0.5
  if (fails && !isDone) throw databaseFault(method)
  const command = { method: call.method, name: call.command, userId: user.id }
  const before = takeCommandFault(portal.faults, 'before', command)
  if (before) throw refusalOf(before)
  const outcome = await method.run(call)
  if (fails) throw databaseFault(method)
  const after = takeCommandFault(portal.faults, 'after', command)
  if (!after) return outcome
  if (after.kind === 'nothing') throw new Unmentioned()
  if (after.kind === 'result') return { result: after.body }
  throw refusalOf(after)
}

function refusalOf({ body, status }: Fault): RestError {
  const { error, error_description: text, ...extra } = asMap(body)
  return new RestError(String(error ?? ''), String(text ?? ''), status, extra)
}

export function callTime(portal: PortalState, method: string, started: number): CallTime {
  const { limits, meters, world } = portal
  const finished = Date.now()
  const duration = (finished - started) / 1000
  return {
    start: started / 1000,
    finish: finished / 1000,
    duration,
    processing: duration,
    date_start: isoWithOffset(new Date(started), world.offsetMinutes),
    date_finish: isoWithOffset(new Date(finished), world.offsetMinutes),
    operating_reset_at: Math.floor(operatingResetAt(meters, limits, method, finished) / 1000),
    operating: operatingSeconds(meters, limits, method, finished),
  }
}

function checkCaller({ user, token }: Call, method: Method): void {
  if (!method.scopes.some((scope) => scope === 'basic' || token.scope.includes(scope))) {
    const text = 'The request requires higher privileges than provided by the access token'
    throw unauthorized('insufficient_scope', text)
  }
  if (method.intranetOnly && user.type === 'extranet') {
    throw new RestError('allowed_only_intranet_user', 'Only for intranet users', 403)
  }
}

function checkOperating(portal: PortalState, method: string, now: number): void {
  const { limits, meters } = portal
  if (!limits.enabled || operatingSeconds(meters, limits, method, now) < limits.operatingSeconds) return
  throw new RestError('OPERATION_TIME_LIMIT', 'Method is blocked due to operation time limit.', 429)
}
