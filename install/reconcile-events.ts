import { z } from 'zod'
import type { PortalError } from '../lib/portal/errors.ts'
import type { Command, CommandResult, PortalClient } from '../lib/portal/types.ts'
import { inBatches } from './in-batches.ts'

/** What `event.get` lists, or `placement.get`: PHP writes an empty list as it likes. */
const rowSchema = z.object({
  event: z.string().transform((event) => event.toUpperCase()),
  handler: z.string().catch(''),
  auth_type: z.coerce.string().catch('0'),
  offline: z.coerce.number().catch(0),
})

export type EventRow = z.output<typeof rowSchema>

/** The handlers that `event.get` lists, except offline ones, which we never make. */
export function eventRows(result: unknown): EventRow[] {
  const rows = typeof result === 'object' && result !== null ? Object.values(result) : []
  return rows.flatMap((row) => rowSchema.safeParse(row).data ?? []).filter((row) => row.offline === 0)
}

export type EventsReport = { bound: string[]; unbound: number; missing: string[]; errors: PortalError[] }

/**
 * Binds what is wanted to `handler` and unbinds everything else of ours: old addresses, events no longer needed, handlers of
 * one user. `event.get` lists the handlers of this app only (`platform.md` 3.1). Asks nothing when all is right; else one batch,
 * whose last command lists what is bound then. Throws `PortalError` when the portal does not answer.
 */
export async function reconcileEvents(
  client: PortalClient,
  rows: EventRow[],
  wanted: string[],
  handler: string,
): Promise<EventsReport> {
  const isRight = (row: EventRow) => row.handler === handler && isDefaultUser(row) && wanted.includes(row.event)
  const wrong = rows.filter((row) => !isRight(row))
  const missing = wanted.filter((event) => !rows.some((row) => isRight(row) && row.event === event))
  if (wrong.length === 0 && missing.length === 0) return { bound: wanted, unbound: 0, missing: [], errors: [] }

  const commands: Command[] = [
    ...wrong.map(({ event, handler: old, auth_type }) => {
      return { method: 'event.unbind', params: { event, handler: old, auth_type } }
    }),
    ...missing.map((event) => ({ method: 'event.bind', params: { event, handler } })),
  ]
  const results = await inBatches(client, [...commands, { method: 'event.get' }])
  const listed = results.at(-1)
  const after = listed?.ok ? eventRows(listed.result).filter(isRight) : []
  const bound = wanted.filter((event) => after.some((row) => row.event === event))
  return {
    bound,
    unbound: wrong.length,
    missing: wanted.filter((event) => !bound.includes(event)),
    errors: results.flatMap((result) => realError(result) ?? []),
  }
}

/** `auth_type` 0 or empty: whoever causes the event. */
function isDefaultUser({ auth_type }: EventRow): boolean {
  return auth_type === '' || auth_type === '0'
}

/** That a handler is bound already is what we want (`platform.md` 3.1: the code is uncertain, the text is not). */
export function isAlreadyBound(error: PortalError): boolean {
  return /already bind|already bound/i.test(error.text)
}

function realError(result: CommandResult): PortalError | null {
  return result.ok || isAlreadyBound(result.error) ? null : result.error
}
