import { z } from 'zod'
import { inBatches } from '../lib/bitrix24/client/batches.ts'
import type { PortalClient } from '../lib/bitrix24/client/portal-clients.ts'
import type { Command, CommandResult } from '../lib/bitrix24/client/rest.ts'
import { type PortalError, RejectedError } from '../lib/bitrix24/errors/errors.ts'
import { mapOf } from '../lib/domain/php-values.ts'
import { placementTitles, type WantedPlacement } from './placements-wanted.ts'
import { isAlreadyBound } from './reconcile-events.ts'

const rowSchema = z.object({ placement: z.string(), handler: z.string() })

export type PlacementRow = z.output<typeof rowSchema>

/** The widgets that `placement.get` lists. */
export function placementRows(result: unknown): PlacementRow[] {
  const rows = Object.values(mapOf(result))
  return rows.flatMap((row) => rowSchema.safeParse(row).data ?? [])
}

/** `absent`: places that this portal does not have. */
export type PlacementsReport = { bound: string[]; absent: string[]; errors: PortalError[] }

/**
 * Binds the wanted widgets to `handler` and unbinds our others: old addresses and places no longer wanted. Asks nothing when
 * all is right. Throws `PortalError` when the portal does not answer.
 */
export async function reconcilePlacements(
  client: PortalClient,
  rows: PlacementRow[],
  wanted: WantedPlacement[],
  handler: string,
): Promise<PlacementsReport> {
  const isWanted = (row: PlacementRow) => wanted.some(({ placement }) => placement === row.placement)
  const wrong = rows.filter((row) => row.handler !== handler || !isWanted(row))
  const isBound = ({ placement }: WantedPlacement) =>
    rows.some((row) => row.placement === placement && row.handler === handler)
  const missing = wanted.filter((place) => !isBound(place))

  const commands: Command[] = [
    ...wrong.map((row) => ({
      method: 'placement.unbind',
      params: { PLACEMENT: row.placement, HANDLER: row.handler },
    })),
    ...missing.map(({ placement, title }) => ({
      method: 'placement.bind',
      params: { PLACEMENT: placement, HANDLER: handler, ...placementTitles(title) },
    })),
  ]
  const results = (await inBatches(client, commands)).slice(wrong.length).map(errorIn)
  const of = (test: (error: PortalError | null) => boolean) =>
    missing.filter((_, index) => test(results[index] ?? null)).map(({ placement }) => placement)
  return {
    bound: [...wanted.filter(isBound).map(({ placement }) => placement), ...of((error) => error === null)],
    absent: of((error) => error?.code === 'ERROR_PLACEMENT_NOT_FOUND'),
    errors: results.filter((error) => error !== null && error.code !== 'ERROR_PLACEMENT_NOT_FOUND') as PortalError[],
  }
}

/** Some refusals come as a success that holds an error (`platform.md` 5.11). */
function errorIn(result: CommandResult): PortalError | null {
  if (!result.ok) return isAlreadyBound(result.error) ? null : result.error
  const code = (result.result as { error?: unknown } | null)?.error
  return typeof code === 'string' && code !== '' ? new RejectedError({ code }) : null
}
