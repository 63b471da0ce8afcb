import type { RequestHandler } from 'express'
import { sql } from 'kysely'
import type { Services } from '../lib/services.ts'

/** How long the store may take to answer, milliseconds. */
const timeoutMs = 3000

/** `GET /health`: 200 while the store answers, else 503. */
export function getHealth(services: Services): RequestHandler {
  return async (_request, response) => {
    const ok = await answersInTime(services)
    response.status(ok ? 200 : 503).json({ status: ok ? 'ok' : 'store-down' })
  }
}

async function answersInTime(services: Services): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), timeoutMs)
  const asked = sql`select 1`.execute(services.db).then(
    () => true,
    () => false,
  )
  return Promise.race([asked, late]).finally(() => clearTimeout(timer))
}
