import type { Request, RequestHandler, Response } from 'express'
import { type Options, rateLimit } from 'express-rate-limit'
import { addressOf } from './address-of.ts'
import { ApiError } from './api-error.ts'
import { boundedStore } from './bounded-store.ts'

/**
 * Requests a minute for each person or address (`design.md` 8); events are never limited. `changes`: what a person changes in an hour, as
 * most of it is kept for a year.
 */
export type Limits = { api: number; session: number; pages: number; health: number; links: number; changes: number }

export const defaultLimits: Limits = { api: 600, session: 600, pages: 3000, health: 600, links: 600, changes: 2000 }

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Refuses more than so many requests a minute of the same caller, or of an address where nobody knows the caller; per process. */
export function limitRequests(perMinute: number, callerOf: NameOf = () => null): RequestHandler {
  return rateLimit({ ...ours(), windowMs: MINUTE_MS, limit: perMinute, keyGenerator: keyOf(callerOf) })
}

/** Refuses more than so many changes an hour of the same person. Requests that only read do not count, and whoever withdraws always may. */
export function limitChanges(perHour: number, callerOf: NameOf): RequestHandler {
  const skip = ({ method, path }: Request) => method === 'GET' || method === 'HEAD' || path === '/access/me'
  return rateLimit({ ...ours(), windowMs: HOUR_MS, limit: perHour, keyGenerator: keyOf(callerOf), skip })
}

/** What all limits share; each counts in a store of its own. */
function ours(): Partial<Options> {
  return {
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    store: boundedStore(),
    handler: () => {
      throw new ApiError('too-many')
    },
  }
}

type NameOf = (request: Request, response: Response) => string | null

/** Who shows no session counts by address. */
function keyOf(callerOf: NameOf): (request: Request, response: Response) => string {
  return (request, response) => callerOf(request, response) ?? addressOf(request)
}
