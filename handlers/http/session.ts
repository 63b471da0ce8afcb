import type { Request, RequestHandler, Response } from 'express'
import type { Access } from '../../lib/store/access.ts'
import { findAccess } from '../../lib/store/find-access.ts'
import { findPortal } from '../../lib/store/find-portal.ts'
import type { Portal } from '../../lib/store/portal.ts'
import { type Language, languageOf } from '../../lib/texts/translate.ts'
import type { Stagecue } from '../../lib/wire.ts'
import { ApiError } from './api-error.ts'
import { setLanguage } from './language.ts'
import { type TokenClaims, verifyToken } from './session-token.ts'

/** What a person may do, from most to least (`design.md` 7, "Roles"). */
export type Role = 'administrator' | 'manager' | 'employee'

/** Who calls, from which portal, in which language. */
export type Session = { portal: Portal; user: Access; role: Role; language: Language }

export type SessionHandler = (session: Session, request: Request, response: Response) => Promise<unknown>

/** An endpoint for people of that role and above: 401 without a valid session, 403 below the role. */
export function forRole(stagecue: Stagecue, least: Role, handler: SessionHandler): RequestHandler {
  return async (request, response) => {
    const session = await openSession(stagecue, request, response)
    if (!isAtLeast(session.role, least)) throw new ApiError('forbidden')
    await handler(session, request, response)
  }
}

/** What the request's bearer token says, or `null`; costs no look into the store. */
export function claimsOf(stagecue: Stagecue, request: Request): TokenClaims | null {
  const [, token] = request.get('authorization')?.match(/^Bearer (\S+)$/i) ?? []
  return token === undefined ? null : verifyToken(stagecue.config.encryptionKeys, token, stagecue.clock())
}

async function openSession(stagecue: Stagecue, request: Request, response: Response): Promise<Session> {
  const claims = claimsOf(stagecue, request)
  if (!claims) throw new ApiError('unauthorized')
  const language = languageOf(claims.language)
  setLanguage(response, language)
  const [portal, user] = await Promise.all([
    findPortal(stagecue.db, claims.portal),
    findAccess(stagecue.db, claims.portal, claims.userId),
  ])
  if (!portal || portal.status === 'uninstalled' || !user || !user.live) throw new ApiError('unauthorized')
  return { portal, user, role: roleOf(portal, user), language }
}

function roleOf(portal: Portal, user: Access): Role {
  if (user.admin) return 'administrator'
  return portal.settings.managers.includes(user.userId) ? 'manager' : 'employee'
}

export function isAtLeast(role: Role, least: Role): boolean {
  const order: Role[] = ['employee', 'manager', 'administrator']
  return order.indexOf(role) >= order.indexOf(least)
}
