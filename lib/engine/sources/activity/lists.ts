import { z } from 'zod'
import type { Command } from '../../../bitrix24/client/rest.ts'
import { utc } from '../../../domain/time.ts'
import type { EventPayload } from '../../../triggers/kind.ts'
import { byId, byTime, type ChangeRow, moment, readableRows, rowId, type SweepList, subjectOf } from '../sweep-list.ts'

const activitySchema = z.object({ ID: rowId, LAST_UPDATED: moment.nullish(), CREATED: moment })

/** Activities that are new: their ids grow, whatever times they bear. */
export const newActivities: SweepList = {
  name: 'sweep:activities',
  down: (since, start) => activities({ '>=CREATED': since }, { ID: 'DESC' }, start),
  up: (id, start) => activities({ '>ID': id }, { ID: 'ASC' }, start),
  placeOf: byId,
  rows: (result) => activityRows(result).map((row) => ({ ...changeRow(row), at: utc(row.CREATED) })),
}

/** Activities that changed: views, clicks, acceptances. */
export const changedActivities: SweepList = {
  name: 'sweep:changed-activities',
  down: (since, start) => activities({ '>=LAST_UPDATED': since }, { LAST_UPDATED: 'DESC', ID: 'DESC' }, start),
  placeOf: byTime,
  rows: (result) => activityRows(result).map(changeRow),
}

function activities(filter: object, order: object, start: number): Command {
  return { method: 'crm.activity.list', params: { select: ['ID', 'CREATED', 'LAST_UPDATED'], filter, order, start } }
}

function activityRows(result: unknown): z.output<typeof activitySchema>[] {
  return readableRows(result, activitySchema)
}

function changeRow({ ID, CREATED, LAST_UPDATED }: z.output<typeof activitySchema>): ChangeRow {
  const payloads: ChangeRow['payloads'] = [activityPayload('ADD', ID), activityPayload('UPDATE', ID)]
  const at = utc(LAST_UPDATED ?? CREATED)
  return { id: ID, at, changedAt: at, subjects: payloads.map(subjectOf), payloads }
}

export function activityPayload(change: 'ADD' | 'UPDATE', id: number): EventPayload {
  return { event: `ONCRMACTIVITY${change}`, data: { FIELDS: { ID: String(id) } } }
}
