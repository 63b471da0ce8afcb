import type { RequestHandler } from 'express'
import { z } from 'zod'
import type { Services } from '../../../lib/services.ts'
import { languageOf } from '../../../lib/texts/translate.ts'
import { ApiError } from '../../http/api-error.ts'
import type { AttemptLimits } from '../../http/attempt-limits.ts'
import { setLanguage } from '../../http/language.ts'
import { readBody } from '../../http/read-input.ts'
import { sessionSeconds, signToken } from '../../http/session-token.ts'
import { createSessionProofs } from './verify-session.ts'

const token = z.string().min(1).max(2000)

/** Older portals leave parameters out; a page passes what its frame got, so an empty one is none. */
const given = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' || value === null ? undefined : value), schema.optional())

export const bodySchema = z.strictObject({
  memberId: z.string().regex(/^[\w-]{1,64}$/),
  authId: token,
  refreshId: given(token),
  authExpires: given(z.coerce.number().int().positive()),
  domain: given(z.string().max(300)),
  /** What no portal could have made is none. */
  applicationToken: given(z.string().regex(/^[\w-]{1,200}$/)).catch(undefined),
  serverEndpoint: given(z.string().max(300)),
  lang: given(z.string().max(10)),
})

/** `POST /api/session`: who a frame's tokens belong to, proven by the portal itself (`design.md` 7), and our token for an hour. */
export function postSession(services: Services, attemptLimits: AttemptLimits): RequestHandler {
  const verify = createSessionProofs(services, attemptLimits)
  return async (request, response) => {
    const body = readBody(bodySchema, request)
    const language = languageOf(body.lang ?? request.get('accept-language'))
    setLanguage(response, language)
    const now = services.clock()
    const proof = await verify(request, {
      memberId: body.memberId,
      accessToken: body.authId,
      refreshToken: body.refreshId,
      expiresIn: body.authExpires ?? sessionSeconds,
      serverEndpoint: body.serverEndpoint,
      domain: body.domain,
      applicationToken: body.applicationToken,
      lang: language,
      heardAt: now,
    })
    if (!proof.ok) {
      throw proof.reason === 'guest'
        ? new ApiError('forbidden', { message: { key: 'errors.guest' } })
        : new ApiError('unauthorized')
    }
    const { portal, user, sid } = proof
    const expiresAt = new Date(Math.floor(now.getTime() / 1000 + sessionSeconds) * 1000)
    const claims = { portal: portal.memberId, userId: user.userId, sid, language, expiresAt }
    // Pages write times as the portal does for this person; most leave it to their browser.
    const zone = user.timeZone === undefined ? {} : { timeZone: user.timeZone }
    response.json({
      token: await signToken(services.config, claims),
      expiresAt: expiresAt.toISOString(),
      user: { id: user.userId, name: user.name, admin: user.admin, ...zone },
      portal: { memberId: portal.memberId, domain: portal.domain, installed: portal.status === 'installed' },
    })
  }
}
