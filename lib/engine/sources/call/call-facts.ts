import { z } from 'zod'
import { COMPANY, CONTACT, LEAD } from '../../../domain/entity-types.ts'
import type { Ref } from '../../../domain/occurrence.ts'
import { isInbound } from '../../../triggers/call.ts'
import { endOfLeg } from '../../../triggers/call-codes.ts'
import type { CallFacts } from '../../../triggers/facts.ts'

/** CALL_TYPE of an inbound call that was redirected: a further leg may still be written. */
const REDIRECTED = 3

/** How CALL_IDs begin that the portal gives to telephony apps (`platform.md` 4.3). */
const OF_APP = 'externalCall.'

const rowSchema = z.object({
  ID: z.coerce.number().int().nonnegative().catch(0),
  CALL_ID: z.string().catch(''),
  CALL_TYPE: z.coerce.number().int().catch(0),
  PHONE_NUMBER: z.string().catch(''),
  PORTAL_NUMBER: z.string().catch(''),
  CALL_FAILED_CODE: z.coerce.string().nullish().catch(null),
  CALL_START_DATE: z.string().refine((value) => !Number.isNaN(Date.parse(value))),
  CALL_DURATION: z.coerce.number().nonnegative().catch(0),
  CRM_ACTIVITY_ID: z.coerce.number().int().nonnegative().catch(0),
  CRM_ENTITY_TYPE: z.string().nullish().catch(null),
  CRM_ENTITY_ID: z.coerce.number().int().nonnegative().catch(0),
  REST_APP_ID: z.coerce.number().int().nonnegative().catch(0),
})

/** A call as the statistics tell it: its legs, its activity if CRM has one, else the client it belongs to. */
export type CallRow = Omit<CallFacts, 'shape' | 'heardAt' | 'seenAt'> & {
  activityId: number | null
  refs: Ref[]
  /** The other side's number. Never to be kept. */
  phone: string
  /** A telephony app made it. */
  byApp: boolean
  /** Id of its first row. */
  rowId: number
}

const clientTypes: Record<string, number> = { LEAD, CONTACT, COMPANY }

/** Reads rows of `voximplant.statistic.get`: a call for each CALL_ID. */
export function parseCalls(rows: unknown): CallRow[] {
  const all = (Array.isArray(rows) ? rows : []).flatMap((row) => rowSchema.safeParse(row).data ?? [])
  return [...Map.groupBy(all, ({ CALL_ID }) => CALL_ID)].flatMap(([callId, legs]) => callOf(callId, legs) ?? [])
}

function callOf(callId: string, rows: readonly z.output<typeof rowSchema>[]): CallRow | null {
  const [first, ...others] = [...rows].sort((a, b) => a.ID - b.ID)
  if (!first) return null
  const legs = [first, ...others]
  return {
    callId,
    type: legs.some((leg) => leg.CALL_TYPE === REDIRECTED) ? REDIRECTED : first.CALL_TYPE,
    line: first.PORTAL_NUMBER,
    legs: legs.map((leg) => ({
      failedCode: leg.CALL_FAILED_CODE ?? '',
      startedAt: new Date(leg.CALL_START_DATE).toISOString(),
      seconds: leg.CALL_DURATION,
    })),
    activityId: legs.find((leg) => leg.CRM_ACTIVITY_ID > 0)?.CRM_ACTIVITY_ID ?? null,
    refs: legs.flatMap((leg) => {
      const entityTypeId = clientTypes[leg.CRM_ENTITY_TYPE ?? '']
      return entityTypeId && leg.CRM_ENTITY_ID > 0 ? [{ entityTypeId, id: leg.CRM_ENTITY_ID }] : []
    }),
    phone: first.PHONE_NUMBER,
    byApp: first.REST_APP_ID > 0 || isOfApp(callId),
    rowId: first.ID,
  }
}

/** The CALL_ID says that a telephony app made the call. */
export function isOfApp(callId: string): boolean {
  return callId.startsWith(OF_APP)
}

/** More may still be written of it: a redirected call, or a ring group of a telephony app, that nobody has answered so far. */
export function mayGoOn(call: Pick<CallRow, 'type' | 'byApp' | 'legs'>): boolean {
  const isOfSeveral = call.type === REDIRECTED || (call.byApp && isInbound(call))
  return isOfSeveral && !call.legs.some((leg) => endOfLeg(leg) === 'answered')
}
