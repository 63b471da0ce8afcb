import { z } from 'zod'
import type { Command } from '../../../bitrix24/client/rest.ts'
import { codeText, idText } from '../../../domain/portal-texts.ts'
import type { EventPayload } from '../../../triggers/kind.ts'
import { byId, moment, readableRows, rowId, type SweepList } from '../sweep-list.ts'

const callSchema = z.object({
  ID: rowId,
  CALL_ID: idText.min(1),
  CALL_TYPE: codeText,
  CALL_FAILED_CODE: codeText,
  CRM_ACTIVITY_ID: codeText,
  CALL_START_DATE: moment,
  CALL_DURATION: z.coerce.number().nonnegative().catch(0),
})

/** Legs of calls. The first that is seen of a call stands for all of them: they are read together. */
export const calls: SweepList = {
  name: 'sweep:calls',
  down: (_since, start) => statistics({}, 'DESC', start),
  up: (id, start) => statistics({ '>ID': id }, 'ASC', start),
  placeOf: byId,
  rows: (result) =>
    readableRows(result, callSchema).map((row) => {
      const payload = callPayload(row)
      const endedAt = new Date(Date.parse(row.CALL_START_DATE) + row.CALL_DURATION * 1000).toISOString()
      return {
        id: row.ID,
        at: endedAt,
        changedAt: null,
        subjects: [`${payload.event}:${row.CALL_ID}`],
        payloads: [payload, payload],
      }
    }),
}

function statistics(FILTER: object, ORDER: 'ASC' | 'DESC', start: number): Command {
  return { method: 'voximplant.statistic.get', params: { FILTER, SORT: 'ID', ORDER, start } }
}

type CallPayloadRow = Pick<
  z.output<typeof callSchema>,
  'CALL_ID' | 'CALL_TYPE' | 'CALL_FAILED_CODE' | 'CALL_DURATION' | 'CRM_ACTIVITY_ID'
>

/** Of any type, and however it ended. */
export const anyCall: CallPayloadRow = {
  CALL_ID: '',
  CALL_TYPE: '',
  CALL_FAILED_CODE: '',
  CALL_DURATION: 0,
  CRM_ACTIVITY_ID: '',
}

/** What the event would have told. */
export function callPayload({
  CALL_ID,
  CALL_TYPE,
  CALL_FAILED_CODE,
  CALL_DURATION,
  CRM_ACTIVITY_ID,
}: CallPayloadRow): EventPayload {
  const data = { CALL_ID, CALL_TYPE, CALL_FAILED_CODE, CALL_DURATION: String(CALL_DURATION), CRM_ACTIVITY_ID }
  return { event: 'ONVOXIMPLANTCALLEND', data }
}
