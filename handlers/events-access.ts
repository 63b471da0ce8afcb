import type { RequestHandler } from 'express'
import { ApiError } from './http/api-error.ts'

/** `POST /events/access/:code`: a delegated access (`design.md` 4). None is ever asked for yet, so every code is unknown. */
export const postEventsAccess: RequestHandler = () => {
  throw new ApiError('not-found')
}
