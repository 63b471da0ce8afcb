import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { hit } from '../events/hit.ts'
import { takeFault } from '../faults.ts'
import { readParams } from '../http/read-request.ts'
import { type Answer, gatewayPage, send, strike } from '../http/respond.ts'
import type { Limits } from '../limits.ts'
import type { PortalState, RequestLogEntry } from '../state.ts'
import { authenticate, userOfToken } from './authenticate.ts'
import { methodsOfBatch, runBatch } from './batch.ts'
import { errorBody, GatewayTimeout, RestError } from './error.ts'
import { callTime, execute } from './execute.ts'
import { admit } from './meters.ts'
import type { Params } from './params.ts'

/** Answers `/rest/<method>[.json]` and `/rest//<method>`, with faults, limits and the log around it. */
export async function answerRest(
  portal: PortalState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { auth, ...params } = await readParams(request)
  const method = methodInPath(request)
  const entry = openEntry(portal, method, auth, params)
  const close = (status: number) => Object.assign(entry, { status, ms: Date.now() - entry.at.getTime() })
  if (portal.faults.down) {
    close(0)
    response.destroy()
    return
  }
  if (portal.faults.slowMs > 0) await sleep(portal.faults.slowMs)
  const before = takeFault(portal.faults, 'before', entry.methods, entry.userId)
  if (before) return void close(await strike(response, before, null))
  const answer = await hit(() => answerCall(portal, method, auth, params))
  const error = (answer.json as { error?: unknown } | undefined)?.error
  if (error !== undefined) entry.error = String(error)
  const after = takeFault(portal.faults, 'after', entry.methods, entry.userId)
  if (after) return void close(await strike(response, after, answer))
  close(answer.status)
  send(response, answer)
}

/** What the portal answers to one request, refusals included. */
async function answerCall(portal: PortalState, method: string, auth: unknown, params: Params): Promise<Answer> {
  const started = Date.now()
  try {
    if (!admit(portal.meters, bucketOf(portal), started)) {
      throw new RestError('QUERY_LIMIT_EXCEEDED', 'Too many requests', 503)
    }
    const deadline = started + portal.limits.requestSeconds * 1000
    const call = { portal, method, params, deadline, ...authenticate(portal, auth) }
    if (method !== 'batch') return { status: 200, json: await execute(call) }
    const outcome = await runBatch(call)
    return { status: 200, json: { ...outcome, time: callTime(portal, method, started) } }
  } catch (error) {
    if (error instanceof GatewayTimeout) return gatewayPage(504)
    if (error instanceof RestError) return { status: error.status, json: errorBody(error) }
    throw error
  }
}

/** On Enterprise the bucket holds five times as much and drains two and a half times as fast: 250 and 5 (platform.md 6). */
function bucketOf({ limits, switches }: PortalState): Limits {
  if (switches.licenseFamily !== 'ent') return limits
  return { ...limits, burst: limits.burst * 5, perSecond: limits.perSecond * 2.5 }
}

/** `/rest//crm.item.get.json` → `crm.item.get`; names are read in any case. */
function methodInPath(request: IncomingMessage): string {
  const path = new URL(request.url ?? '/', 'http://portal').pathname
  return path
    .replace(/^\/rest\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.json$/, '')
    .toLowerCase()
}

function openEntry(portal: PortalState, method: string, auth: unknown, params: Params): RequestLogEntry {
  const batch = method === 'batch'
  const methods = batch ? methodsOfBatch(params) : [method]
  const entry = { at: new Date(), methods, batch, userId: userOfToken(portal, auth), status: 0, ms: 0 }
  portal.requests.push(entry)
  return entry
}
