import { inBatches } from '../lib/bitrix24/client/batches.ts'
import type { PortalClient } from '../lib/bitrix24/client/portal-clients.ts'
import type { Command, CommandResult } from '../lib/bitrix24/client/rest.ts'
import type { PortalError } from '../lib/bitrix24/errors/errors.ts'
import { type EventRow, eventRows, isBoundTo } from '../lib/bitrix24/event-rows.ts'

/** `bound`: what is listed in the end. `added`: of which a handler was added now, so that they live. */
export type EventsReport = {
  bound: string[]
  added: string[]
  missing: string[]
  errors: PortalError[]
}

/** What is wanted of the subscriptions, and what `event.get` listed. */
export type EventsWish = Readonly<{
  rows: readonly EventRow[]
  wanted: readonly string[]
  /** Our address. */
  handler: string
  /** Bind also what is listed already: that it is listed does not prove that it lives (`platform.md` 3.1). */
  anew: boolean
}>

/**
 * Binds what is wanted to `handler` and unbinds everything else of ours: old addresses, events no longer needed, handlers of
 * one user. `event.get` lists the handlers of this app only (`platform.md` 3.1). Asks nothing when all is right and nothing is
 * wanted anew; else one batch, whose last command lists what is bound then. Throws `PortalError` when the portal does not answer.
 */
export async function reconcileEvents(client: PortalClient, wish: EventsWish): Promise<EventsReport> {
  const { rows, wanted, handler, anew } = wish
  const isRight = (row: EventRow) => isBoundTo(handler, row) && wanted.includes(row.event)
  const wrong = rows.filter((row) => !isRight(row))
  const listed = wanted.filter((event) => rows.some((row) => isRight(row) && row.event === event))
  const missing = wanted.filter((event) => !listed.includes(event))
  const old = anew ? listed : []
  if (wrong.length + missing.length + old.length === 0) return { bound: listed, added: [], missing, errors: [] }

  const binds = [...missing.map((event) => bind(event, handler)), ...old.map((event) => bind(event, second(handler)))]
  const commands: Command[] = [
    ...wrong.map((row) => unbind(row.event, row.handler, row.auth_type)),
    ...binds,
    ...old.map((event) => unbind(event, second(handler), 0)),
    { method: 'event.get' },
  ]
  const results = await inBatches(client, commands)
  const last = results.at(-1)
  const after = last?.ok ? eventRows(last.result).filter(isRight) : []
  const bound = wanted.filter((event) => after.some((row) => row.event === event))
  return {
    bound,
    added: [...missing, ...old].filter((_, index) => results[wrong.length + index]?.ok),
    missing: wanted.filter((event) => !bound.includes(event)),
    errors: results.flatMap((result) => realError(result) ?? []),
  }
}

function unbind(event: string, handler: string, authType: string | number): Command {
  return { method: 'event.unbind', params: { event, handler, auth_type: authType } }
}

function bind(event: string, handler: string): Command {
  return { method: 'event.bind', params: { event, handler } }
}

/**
 * A portal passes an event on since the last time that a handler of it was *added* (`platform.md` 3.1). So a second one is added and taken
 * away: the first one stays all the time, no event is lost, and one that falls between is told twice.
 */
function second(handler: string): string {
  return `${handler}?anew`
}

/** That a handler is bound already is what we want (`platform.md` 3.1: the code is used for other faults too). */
export function isAlreadyBound(error: PortalError): boolean {
  return /already bind/i.test(error.text)
}

function realError(result: CommandResult): PortalError | null {
  return result.ok || isAlreadyBound(result.error) ? null : result.error
}
