import type { RequestHandler } from 'express'
import { z } from 'zod'
import { doubtfulSubscriptions } from '../../install/doubtful-subscriptions.ts'
import { proveClaim } from '../../lib/jobs/prove-claim.ts'
import { addWorkOfKnown } from '../../lib/store/add-work-of-known.ts'
import { findAccess } from '../../lib/store/find-access.ts'
import { languageOf } from '../../lib/texts/translate.ts'
import type { Stagecue } from '../../lib/wire.ts'
import { ApiError } from '../http/api-error.ts'
import { setLanguage } from '../http/language.ts'
import { readBody } from '../http/read-input.ts'
import { sessionSeconds, signToken } from '../http/session-token.ts'

const token = z.string().min(1).max(2000)

/** Older portals leave parameters out; a page passes what its frame got, so an empty one is none. */
const given = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' || value === null ? undefined : value), schema.optional())

const bodySchema = z.strictObject({
  memberId: z.string().regex(/^[\w-]{1,64}$/),
  authId: token,
  refreshId: given(token),
  authExpires: given(z.coerce.number().int().positive()),
  domain: given(z.string().max(300)),
  applicationToken: given(z.string().max(200)),
  serverEndpoint: given(z.string().max(300)),
  lang: given(z.string().max(10)),
})

/** `POST /api/session`: who a frame's tokens belong to, proven by the portal itself (`design.md` 7), and our token for an hour. */
export function postSession(stagecue: Stagecue): RequestHandler {
  return async (request, response) => {
    const body = readBody(bodySchema, request)
    const language = languageOf(body.lang ?? request.get('accept-language'))
    setLanguage(response, language)
    const now = stagecue.clock()
    const { exchange, proveVisitor: prove } = stagecue.clients
    const proof = await proveClaim(
      { ...stagecue, clients: { exchange, prove } },
      {
        memberId: body.memberId,
        accessToken: body.authId,
        refreshToken: body.refreshId,
        expiresIn: body.authExpires ?? sessionSeconds,
        serverEndpoint: body.serverEndpoint,
        domain: body.domain,
        applicationToken: body.applicationToken,
        lang: language,
        heardAt: now,
      },
    )
    if (!proof.ok) {
      stagecue.log.info({ portal: body.memberId, reason: proof.reason }, 'A session was refused')
      throw proof.reason === 'guest'
        ? new ApiError('forbidden', { message: { key: 'errors.guest' } })
        : new ApiError('unauthorized')
    }
    const { portal, user } = proof
    const work = await doubtfulSubscriptions(stagecue, portal, user)
    if (work.length > 0) await addWorkOfKnown(stagecue.db, work, now)
    stagecue.worker.wake(portal.memberId)
    const expiresAt = new Date(Math.floor(now.getTime() / 1000 + sessionSeconds) * 1000)
    const sid = (await findAccess(stagecue.db, portal.memberId, user.userId))?.sid ?? ''
    const claims = { portal: portal.memberId, userId: user.userId, sid, language, expiresAt }
    // Pages write times as the portal does for this person; most leave it to their browser.
    const zone = user.timeZone === undefined ? {} : { timeZone: user.timeZone }
    response.json({
      token: await signToken(stagecue.config, claims),
      expiresAt: expiresAt.toISOString(),
      user: { id: user.userId, name: user.name, admin: user.admin, ...zone },
      portal: { memberId: portal.memberId, domain: portal.domain, installed: portal.status === 'installed' },
    })
  }
}
