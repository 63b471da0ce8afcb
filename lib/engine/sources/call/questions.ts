import { z } from 'zod'
import { reference } from '../../../bitrix24/client/command.ts'
import { phpList } from '../../../bitrix24/php-list.ts'
import type { Question } from '../../snapshot/question.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import { guessBindings } from '../activity/questions.ts'
import { parseCalls } from './call-facts.ts'

/** A call as the statistics tell it; null where they have none. */
export function askCall(snapshot: PortalSnapshot, callId: string): Question {
  const about = [`call ${callId}`] as const
  return {
    command: { method: 'voximplant.statistic.get', params: { FILTER: { CALL_ID: callId } } },
    about,
    keep(result) {
      const rows = phpList(result)
      const calls = parseCalls(rows)
      const isOther = calls.some((call) => call.callId !== callId) || (calls.length === 0 && rows?.length !== 0)
      if (isOther) return about
      snapshot.calls.set(callId, calls[0] ?? null)
      return []
    },
  }
}

const ownRows = z.array(z.object({ ID: z.coerce.number().int().positive(), ORIGIN_ID: z.string() }))

/**
 * The activity of a call that neither event nor statistics name, and what it is bound to: the portal writes the CALL_ID into it
 * (`platform.md` 10.8). Both stand under `index` in the request.
 */
export function askCallActivity(snapshot: PortalSnapshot, callId: string, index: number): [string, Question][] {
  const about = [`callactivity ${callId}`] as const
  let found: number | null = null
  const activity: Question = {
    command: {
      method: 'crm.activity.list',
      params: { order: { ID: 'ASC' }, filter: { ORIGIN_ID: `VI_${callId}` }, select: ['ID', 'ORIGIN_ID'], start: -1 },
    },
    about,
    keep(result) {
      const rows = ownRows.safeParse(phpList(result)).data
      if (!rows?.every(({ ORIGIN_ID }) => ORIGIN_ID === `VI_${callId}`)) return about
      const call = snapshot.calls.get(callId)
      found = rows[0]?.ID ?? null
      if (call && found !== null) snapshot.calls.set(callId, { ...call, activityId: found })
      return []
    },
  }
  const named = reference(`callactivity_${index}`, 0, 'ID')
  return [
    [`callactivity_${index}`, activity],
    [`callbindings_${index}`, guessBindings(snapshot, named, () => found)],
  ]
}
