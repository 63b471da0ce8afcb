import type { RequestHandler } from 'express'
import type { Services } from '../lib/services.ts'
import { type AnsweredDelegation, answerDelegation, findDelegation, readDelegation } from '../lib/store/delegations.ts'
import { findPortal } from '../lib/store/portals.ts'
import { ApiError } from './http/api-error.ts'
import { hasToken } from './http/application-token.ts'
import { postedText } from './http/posted-pairs.ts'
import { type PortalEvent, readEvent } from './http/read-event.ts'
import { isSameText } from './http/same-text.ts'

/** Access tokens serve for an hour (`platform.md` 2.1). */
const maxSeconds = 3600

/**
 * `POST /events/access/:code`: the event that brings a delegated access (`design.md` 4.2), 200 once, else 404. It may reach any
 * process: what it brings is stored, sealed, and proven by the worker. Its refresh token, if there is one, is not even read.
 */
export function postEventsAccess(services: Services): RequestHandler<{ code: string }> {
  return async (request, response) => {
    const event = readEvent(postedText(request))
    if (event?.event !== 'ONAPPTEST') throw new ApiError('not-found')
    try {
      if (!(await keep(services, event, request.params.code))) throw new ApiError('not-found')
    } catch (error) {
      if (error instanceof ApiError) throw error
      services.log.error({ error: (error as Error).name }, 'A delegated access could not be stored')
      response.status(503).json({ ok: false })
      return
    }
    services.worker.wake(event.auth.member_id)
    response.json({ ok: true })
  }
}

/** False when nobody waits for this code, or the event is not the portal's. */
async function keep({ db, sealer, clock }: Services, { auth }: PortalEvent, code: string): Promise<boolean> {
  const portal = await findPortal(db, auth.member_id)
  if (!portal || !hasToken(portal, auth.application_token)) return false
  const row = await findDelegation(db, portal.memberId)
  const delegation = row && readDelegation(sealer, portal.memberId, row.body)
  const now = clock()
  if (!row || delegation?.state !== 'asked' || !isSameText(delegation.code, code)) return false
  if (now > new Date(delegation.until)) return false
  const answer: AnsweredDelegation = {
    code: delegation.code,
    accessToken: auth.access_token ?? null,
    expiresIn: Math.min(maxSeconds, Number(auth.expires_in) || maxSeconds),
    heardAt: now.toISOString(),
  }
  return answerDelegation(db, sealer, { portal: portal.memberId, row, answer }, now)
}
