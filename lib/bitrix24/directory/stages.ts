import { z } from 'zod'
import { DEAL, ESTIMATE, INVOICE, LEAD } from '../../domain/entity-types.ts'

/** What a stage means for the item: under way, won, or lost. */
type Semantics = 'process' | 'success' | 'failure'

export type Stage = Readonly<{
  stageId: string
  title: string
  /** `#rrggbb`; empty where the portal gives none. */
  color: string
  semantics: Semantics
  sort: number
  /** Leads are won in Bitrix24's own dialog only, so nothing moves them there (`triggers.md`, "What cannot be a target"). */
  canBeTarget: boolean
}>

/**
 * Name of the directory that holds a pipeline's stages: ENTITY_ID of `crm.status.list` (`platform.md` 5.6). `categoryId` is null for
 * leads and estimates, which have one pipeline.
 */
export function stageEntityId(entityTypeId: number, categoryId: number | null): string {
  const category = categoryId ?? 0
  if (entityTypeId === LEAD) return 'STATUS'
  if (entityTypeId === DEAL) return category === 0 ? 'DEAL_STAGE' : `DEAL_STAGE_${category}`
  if (entityTypeId === ESTIMATE) return 'QUOTE_STATUS'
  if (entityTypeId === INVOICE) return `SMART_INVOICE_STAGE_${category}`
  return `DYNAMIC_${entityTypeId}_STAGE_${category}`
}

/** Older portals leave EXTRA out, or write an empty map as `[]`; then SEMANTICS tells. */
const rowSchema = z.object({
  ID: z.coerce.number(),
  ENTITY_ID: z.string().catch(''),
  STATUS_ID: z.string(),
  NAME: z.string().catch(''),
  SORT: z.coerce.number().catch(0),
  COLOR: z.string().nullish(),
  SEMANTICS: z.string().nullish(),
  EXTRA: z.object({ SEMANTICS: z.string().nullish(), COLOR: z.string().nullish() }).catch({}),
})

/** Rows of `crm.status.list` as stages in the portal's order: SORT as a number, then ID. Rows that are no stages are left out. */
export function parseStages(rows: readonly unknown[]): Stage[] {
  return rows
    .flatMap((row) => rowSchema.safeParse(row).data ?? [])
    .sort((one, other) => one.SORT - other.SORT || one.ID - other.ID)
    .map((row) => {
      const semantics = semanticsOf(row.SEMANTICS ?? '', row.EXTRA.SEMANTICS ?? '')
      return {
        stageId: row.STATUS_ID,
        title: row.NAME,
        color: row.COLOR ?? row.EXTRA.COLOR ?? '',
        semantics,
        sort: row.SORT,
        canBeTarget: !(row.ENTITY_ID === 'STATUS' && semantics === 'success'),
      }
    })
}

/** SEMANTICS is S, F or empty; EXTRA says process, success, failure or apology (a kind of failure). */
function semanticsOf(short: string, long: string): Semantics {
  if (short === 'S' || long === 'success') return 'success'
  if (short === 'F' || long === 'failure' || long === 'apology') return 'failure'
  return 'process'
}
