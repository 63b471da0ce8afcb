import type { Request, RequestHandler } from 'express'
import type { Portal } from '../lib/domain/portal.ts'
import { answerLater, answerRobot, mayTellAgain, type RobotAnswer } from '../lib/jobs/answer-robot.ts'
import { recordMadeLink } from '../lib/jobs/record-made-link.ts'
import { isTarget, linkAddress, type TrackedLink } from '../lib/links.ts'
import type { Services } from '../lib/services.ts'
import { enqueue } from '../lib/store/jobs.ts'
import { findPortal } from '../lib/store/portals.ts'
import { languageOf, translate } from '../lib/texts/translate.ts'
import { addressOf } from './http/address-of.ts'
import { ApiError } from './http/api-error.ts'
import { hasToken } from './http/application-token.ts'
import type { AttemptLimits } from './http/attempt-limits.ts'
import { limitFailures, limitRequests } from './http/limits.ts'
import { postedText, readPosted } from './http/posted-pairs.ts'
import { type RobotCall, readRobotCall } from './http/read-robot-call.ts'

/** A call that carries the token of the portal that it names. */
type VerifiedCall = { call: RobotCall; portal: Portal }

/**
 * `POST /robots/tracked-link`: our automation rule came up for an item and wants a tracked link for the text of a later rule. Checked
 * like an event, first by its address, then by its token, and only then is anything counted for its portal. That is told at its stored
 * address, with the token of the call or, where that is missing or refused, as its reader. An address that may not be linked, or links to which were stopped, gives an
 * empty link and a line in the automation's log, so that the rules behind it go on.
 */
export function postRobotsTrackedLink(
  services: Services,
  perMinute: number,
  attemptLimits: AttemptLimits,
): RequestHandler[] {
  const ofPortal = limitRequests(perMinute, (request) => verifiedCall(request).portal.memberId)
  return [limitFailures(perMinute), readPosted, verifyCall(services), ofPortal, answerCall(services, attemptLimits)]
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

/**
 * A call whose answer the portal refuses is a failed proof: somebody who knows its application_token made it up. Most that are made up are not told
 * apart: the portal says yes to any token of a rule (`platform.md` 5.10), so that only the calls of a portal are counted.
 */
function answerCall(services: Services, attemptLimits: AttemptLimits): RequestHandler {
  return async (request, response) => {
    const { call, portal } = verifiedCall(request)
    const claimant = { standing: 'member', address: addressOf(request), portal: portal.memberId } as const
    attemptLimits.check(claimant)
    const isFit = isTarget(call.target) && !services.stoppedLinks.has(linkOf(call))
    const address = isFit ? addressFor(services, call) : null
    if (address !== null) await recordMadeLink(services, portal.memberId, { address, target: call.target })
    const telling = tell(services, portal, address === null ? refusal(portal, call) : answerWith(address, call))
    await telling.catch((error: unknown) => {
      attemptLimits.settle(claimant, 'failed')
      throw error
    })
    attemptLimits.settle(claimant, 'verified')
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

/** Tells the rule now or, where the portal cannot take it at the moment, as work. */
async function tell(
  { clients, clock, db, sealer, worker }: Services,
  portal: Portal,
  answer: RobotAnswer,
): Promise<void> {
  try {
    await answerRobot(clients, portal, answer, 'page')
  } catch (error) {
    if (!mayTellAgain(error)) throw error
    await enqueue(db, [answerLater(sealer, portal.memberId, answer, clock())], clock())
    worker.wake(portal.memberId)
  }
}
