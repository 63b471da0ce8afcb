import type { Request, RequestHandler, Response } from 'express'
import type { Portal } from '../../lib/domain/portal.ts'
import { isAtLeast, type Role } from '../../lib/domain/role.ts'
import type { Services } from '../../lib/services.ts'
import { type Access, findAccess } from '../../lib/store/access.ts'
import { findPortal } from '../../lib/store/portals.ts'
import { type Language, languageOf } from '../../lib/texts/translate.ts'
import { ApiError } from './api-error.ts'
import { withFreshRole } from './fresh-role.ts'
import { setLanguage } from './language.ts'
import { type TokenClaims, verifyToken } from './session-token.ts'

/** Who calls, from which portal, in which language. */
export type Session = { portal: Portal; user: Access; role: Role; language: Language }

export type SessionHandler = (session: Session, request: Request, response: Response) => Promise<unknown>

/**
 * An endpoint for people of that role and above: 401 without a valid session, 403 below the role. What a manager or administrator
 * changes rests on what the portal said of him in the last five minutes.
 */
export function requireRole(services: Services, least: Role, handler: SessionHandler): RequestHandler {
  return async (request, response) => {
    const known = await openSession(services, response)
    const rests = request.method !== 'GET' && isAtLeast(known.role, 'manager')
    const session = rests ? await withRole(services, known) : known
    if (!isAtLeast(session.role, least)) throw new ApiError('forbidden')
    await handler(session, request, response)
  }
}

/** An endpoint for everybody, also for whom the portal would not know any more, and while it is silent. */
export function forAnybody(services: Services, handler: SessionHandler): RequestHandler {
  return async (request, response) => {
    await handler(await openSession(services, response), request, response)
  }
}

/** Reads what the request's bearer token says, for `claimsOf`; costs no look into the store. */
export function readClaims(services: Services): RequestHandler {
  return async (request, response, next) => {
    const [, token] = request.get('authorization')?.match(/^Bearer ([\w.-]{1,2000})$/i) ?? []
    response.locals.claims = token && (await verifyToken(services.config, token, services.clock()))
    next()
  }
}

/** Whom the request's bearer token names, or `null`. */
export function claimsOf(response: Response): TokenClaims | null {
  return (response.locals.claims as TokenClaims | undefined) ?? null
}

async function openSession(services: Services, response: Response): Promise<Session> {
  const claims = claimsOf(response)
  if (!claims) throw new ApiError('unauthorized')
  const language = languageOf(claims.language)
  setLanguage(response, language)
  const [portal, user] = await Promise.all([
    findPortal(services.db, claims.portal),
    findAccess(services.db, claims.portal, claims.userId),
  ])
  if (!portal || portal.status === 'uninstalled' || !user?.live) throw new ApiError('unauthorized')
  if (user.sid !== claims.sid) throw new ApiError('unauthorized')
  return { portal, user, role: roleOf(portal, user), language }
}

async function withRole(services: Services, { portal, language, ...known }: Session): Promise<Session> {
  const user = await withFreshRole(services, known.user)
  return { portal, user, role: roleOf(portal, user), language }
}

function roleOf(portal: Portal, user: Access): Role {
  if (user.admin) return 'administrator'
  return portal.settings.managers.includes(user.userId) ? 'manager' : 'employee'
}
