import type { Request, RequestHandler } from 'express'
import { createCounter } from '../lib/bitrix24/counter.ts'
import type { Portal } from '../lib/domain/portal.ts'
import { type RobotAnswer, robotAnswerJob } from '../lib/jobs/answer-robot.ts'
import { recordMadeLink } from '../lib/jobs/record-made-link.ts'
import { isTarget, linkAddress, type TrackedLink } from '../lib/links.ts'
import type { Inbox } from '../lib/queue/inbox.ts'
import type { Services } from '../lib/services.ts'
import { findPortal } from '../lib/store/portals.ts'
import { languageOf, translate } from '../lib/texts/translate.ts'
import { addressOf } from './http/address-of.ts'
import { ApiError } from './http/api-error.ts'
import { hasToken } from './http/application-token.ts'
import { limitRequests } from './http/limits.ts'
import { postedText, readPosted } from './http/posted-pairs.ts'
import { type RobotCall, readRobotCall } from './http/read-robot-call.ts'

/** A call that carries the token of the portal that it names. */
type VerifiedCall = { call: RobotCall; portal: Portal }

/** So many calls of a portal are told at once in a minute; those beyond are told together, every so many milliseconds. */
const atOnce = 10
const togetherEveryMs = 5000

/** Portals whose calls are counted. */
const mostPortals = 10_000

/** Seconds after which a call may come again, where too many of its portal wait. */
const afterOthers = 60

/**
 * `POST /robots/tracked-link`: our automation rule came up for an item and wants a tracked link for the text of a later rule. Checked
 * like an event: who knows the portal's application_token may have made it up, and no rule waits. The portal does not tell those apart (`platform.md` 5.10), so the
 * rule is told by the worker, behind what is real, with others in one request. An address that may not be linked, or links to which were stopped, gives an
 * empty link and a line in the automation's log, so that the rules behind it go on.
 */
export function postRobotsTrackedLink(services: Services, intake: Inbox, perMinute: number): RequestHandler[] {
  // Whoever makes calls up elsewhere keeps out none that come from the portal's own address.
  const ofPortal = limitRequests(
    perMinute,
    (request) => `${verifiedCall(request).portal.memberId} ${addressOf(request)}`,
  )
  return [readPosted, verifyCall(services), ofPortal, answerCall(services, intake)]
}

/** The body becomes what it says, read once. */
function verifyCall({ db }: Services): RequestHandler {
  return async (request, _response, next) => {
    const call = readRobotCall(postedText(request))
    if (!call) throw new ApiError('bad-request')
    const portal = await findPortal(db, call.memberId)
    if (!portal || !hasToken(portal, call.applicationToken)) throw new ApiError('forbidden')
    request.body = { call, portal } satisfies VerifiedCall
    next()
  }
}

function verifiedCall({ body }: Request): VerifiedCall {
  return body
}

function answerCall(services: Services, intake: Inbox): RequestHandler {
  const { clock, sealer, worker } = services
  const prompt = createCounter({ most: atOnce, spanMs: 60_000, keys: mostPortals }, clock)
  const dueAt = (portal: string): Date => {
    const now = clock()
    if (prompt.waitFor(portal) > 0) return new Date(Math.ceil(now.getTime() / togetherEveryMs) * togetherEveryMs)
    prompt.count(portal)
    return now
  }
  return async (request, response) => {
    const { call, portal } = verifiedCall(request)
    const isFit = isTarget(call.target) && !services.stoppedLinks.has(linkOf(call))
    const address = isFit ? addressFor(services, call) : null
    if (address !== null) await recordMadeLink(services, portal.memberId, { address, target: call.target })
    const answer = address === null ? refusal(portal, call) : answerWith(address, call)
    const job = robotAnswerJob(sealer, portal.memberId, answer, dueAt(portal.memberId))
    if (!(await intake.add([job]))) throw new ApiError('too-many', { retryAfter: afterOthers })
    worker.wake(portal.memberId)
    if (!isFit) throw new ApiError('invalid', { faults: { target: { key: 'invalid.url' } } })
    response.json({ ok: true })
  }
}

function linkOf({ memberId: portal, entityTypeId, itemId, target }: RobotCall): TrackedLink {
  return { portal, entityTypeId, itemId, target }
}

function addressFor({ config }: Services, call: RobotCall): string {
  return linkAddress(config.publicLinkUrl, config.linkKeys, linkOf(call))
}

function answerWith(link: string, { accessToken, eventToken }: RobotCall, logMessage = ''): RobotAnswer {
  return { accessToken, eventToken, returnValues: { link }, logMessage }
}

function refusal({ lang }: Portal, call: RobotCall): RobotAnswer {
  return answerWith('', call, translate(languageOf(lang), 'robot.badTarget'))
}
