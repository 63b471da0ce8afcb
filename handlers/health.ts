import type { RequestHandler } from 'express'
import { sql } from 'kysely'
import type { Stagecue } from '../lib/services.ts'

/** How long the store may take to answer, milliseconds. */
const patience = 3000

/** `GET /health`: 200 while the store answers, else 503. */
export function getHealth(stagecue: Stagecue): RequestHandler {
  return async (_request, response) => {
    const ok = await answersInTime(stagecue)
    response.status(ok ? 200 : 503).json({ status: ok ? 'ok' : 'store-down' })
  }
}

async function answersInTime(stagecue: Stagecue): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), patience)
  const asked = sql`select 1`.execute(stagecue.db).then(
    () => true,
    () => false,
  )
  return Promise.race([asked, late]).finally(() => clearTimeout(timer))
}
