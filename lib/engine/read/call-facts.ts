import { z } from 'zod'
import type { Ref } from '../../store/occurrence.ts'
import type { CallFacts } from '../../triggers/facts.ts'
import { COMPANY, CONTACT, LEAD } from '../refs.ts'

/** CALL_TYPE of an inbound call that was redirected: a further leg may still be written. */
const REDIRECTED = 3

const legSchema = z.object({
  CALL_TYPE: z.coerce.number().int().catch(0),
  PORTAL_NUMBER: z.string().catch(''),
  CALL_FAILED_CODE: z.string().nullish().catch(null),
  CALL_START_DATE: z.string().refine((value) => !Number.isNaN(Date.parse(value))),
  CALL_DURATION: z.coerce.number().nonnegative().catch(0),
  CRM_ACTIVITY_ID: z.coerce.number().int().nonnegative().catch(0),
  CRM_ENTITY_TYPE: z.string().nullish().catch(null),
  CRM_ENTITY_ID: z.coerce.number().int().nonnegative().catch(0),
})

/** A call as the statistics tell it: its legs, its activity if CRM has one, else the client it belongs to. */
export type CallRow = Omit<CallFacts, 'shape' | 'heardAt' | 'seenAt'> & {
  activityId: number | null
  refs: Ref[]
}

const clientTypes: Record<string, number> = { LEAD, CONTACT, COMPANY }

/** Reads the rows of `voximplant.statistic.get` with one CALL_ID; null when there is none. */
export function parseCall(callId: string, rows: unknown): CallRow | null {
  if (!Array.isArray(rows)) return null
  const legs = rows.map((row) => legSchema.safeParse(row)).flatMap((parsed) => (parsed.success ? [parsed.data] : []))
  const [first] = legs
  if (!first) return null
  const activityId = legs.find((leg) => leg.CRM_ACTIVITY_ID > 0)?.CRM_ACTIVITY_ID ?? null
  return {
    callId,
    type: legs.some((leg) => leg.CALL_TYPE === REDIRECTED) ? REDIRECTED : first.CALL_TYPE,
    line: first.PORTAL_NUMBER,
    legs: legs.map((leg) => ({
      failedCode: leg.CALL_FAILED_CODE ?? '',
      startedAt: new Date(leg.CALL_START_DATE).toISOString(),
      seconds: leg.CALL_DURATION,
    })),
    activityId,
    refs: legs.flatMap((leg) => {
      const entityTypeId = clientTypes[leg.CRM_ENTITY_TYPE ?? '']
      return entityTypeId && leg.CRM_ENTITY_ID > 0 ? [{ entityTypeId, id: leg.CRM_ENTITY_ID }] : []
    }),
  }
}

/** Another leg may still come: a redirected call that nobody has answered so far. */
export function mayGoOn(call: CallRow): boolean {
  return call.type === REDIRECTED && !call.legs.some((leg) => leg.failedCode === '200')
}
