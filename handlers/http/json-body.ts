import { json, type RequestHandler } from 'express'
import { isWithin } from '../../lib/bitrix24/client/read-json.ts'
import { ApiError } from './api-error.ts'

/** Pages send a few hundred values, an import of five hundred triggers some ten thousand, none of them deep within others. */
const bounds = { values: 100_000, depth: 20 }

/** The body as JSON: longer than the limit 413, compressed 415, made of more than anybody means 400, before anything is made of it. */
export function jsonBody(limit: string): RequestHandler {
  return json({
    limit,
    inflate: false,
    verify(_request, _response, body) {
      if (!isWithin(body.toString(), bounds)) throw new ApiError('bad-request')
    },
  })
}
