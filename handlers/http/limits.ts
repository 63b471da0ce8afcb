import type { Request, RequestHandler } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import { ApiError } from './api-error.ts'

/** Requests a minute for each portal and address (`design.md` 8); events are never limited. */
export type Limits = { api: number; session: number; pages: number; health: number; links: number }

export const defaultLimits: Limits = { api: 600, session: 60, pages: 240, health: 600, links: 600 }

/** Refuses more than so many requests a minute of the same portal and address; counted per process. */
export function limitRequests(perMinute: number, portalOf: (request: Request) => string | null): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (request) => `${portalOf(request) ?? ''} ${ipKeyGenerator(request.ip ?? '')}`,
    handler: () => {
      throw new ApiError('too-many')
    },
  })
}
