import type { Request, RequestHandler, Response } from 'express'
import { rateLimit } from 'express-rate-limit'
import { addressOf } from './address-of.ts'
import { ApiError } from './api-error.ts'
import { boundedStore } from './bounded-store.ts'

/** Requests a minute for each person or address (`design.md` 8); events are never limited. */
export type Limits = { api: number; session: number; pages: number; health: number; links: number }

export const defaultLimits: Limits = { api: 600, session: 600, pages: 3000, health: 600, links: 600 }

/** Refuses more than so many requests a minute of the same caller, or of an address where nobody knows the caller; per process. */
export function limitRequests(
  perMinute: number,
  callerOf: (request: Request, response: Response) => string | null = () => null,
): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    store: boundedStore(),
    keyGenerator: (request, response) => callerOf(request, response) ?? addressOf(request),
    handler: () => {
      throw new ApiError('too-many')
    },
  })
}

/** Refuses an address after so many requests a minute that were refused or wrong; what was right does not count, however much it is. */
export function limitFailures(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    skipSuccessfulRequests: true,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    store: boundedStore(),
    keyGenerator: addressOf,
    handler: () => {
      throw new ApiError('too-many')
    },
  })
}
