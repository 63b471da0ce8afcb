import { z } from 'zod'
import type { Command } from '../../../bitrix24/client/rest.ts'
import { eventSymbol, INVOICE, itemEvent, LEAD } from '../../../domain/entity-types.ts'
import type { Ref } from '../../../domain/occurrence.ts'
import { idText } from '../../../domain/portal-texts.ts'
import { utc } from '../../../domain/time.ts'
import type { ReadyTrigger } from '../../../domain/trigger.ts'
import { watchedFields } from '../../../triggers/field-changed.ts'
import type { EventPayload } from '../../../triggers/kind.ts'
import { byId, byTime, type ChangeRow, moment, readableRows, rowId, type SweepList, subjectOf } from '../sweep-list.ts'
import { itemRows } from './item.ts'

export function watchStages(triggers: readonly ReadyTrigger[], entityTypeId: number): boolean {
  const ofType = triggers.filter((trigger) => trigger.entityTypeId === entityTypeId)
  return ofType.some((trigger) => watchedFields(triggers, trigger).includes('stageId'))
}

const itemSchema = z.object({ id: rowId, updatedTime: moment })

const stageSchema = z.object({
  ID: rowId,
  OWNER_ID: rowId,
  CREATED_TIME: moment,
  STAGE_ID: idText.min(1).optional(),
  STATUS_ID: idText.min(1).optional(),
  CATEGORY_ID: z.coerce.number().int().nullish(),
})

/** Invoices that entered a paid stage, by their stage history: also those that have left it since (`platform.md` 5.7). */
export const payments: SweepList = {
  name: 'sweep:payments',
  ...historyOf(INVOICE, { STAGE_SEMANTIC_ID: 'S' }),
  // An event may have told of the invoice when it was not paid any more: none stands for a payment.
  rows: (result) =>
    entries(result, INVOICE, 'payment').map((row) => ({ ...row, subjects: [`${row.subjects[1]}#${row.id}`] })),
}

/** Items of one type that changed their stage, by their stage history. */
export function changedStages(entityTypeId: number): SweepList {
  return {
    name: `sweep:stages-${entityTypeId}`,
    ...historyOf(entityTypeId, {}),
    rows: (result) => entries(result, entityTypeId, 'change'),
  }
}

/** The stage history of one type, which grows by id. */
function historyOf(entityTypeId: number, more: object): Pick<SweepList, 'down' | 'up' | 'placeOf'> {
  const command = (filter: object, ID: 'ASC' | 'DESC', start: number): Command => {
    const params = { entityTypeId, filter: { ...filter, ...more }, order: { ID }, start }
    return { method: 'crm.stagehistory.list', params }
  }
  return {
    down: (_since, start) => command({}, 'DESC', start),
    up: (id, start) => command({ '>ID': id }, 'ASC', start),
    placeOf: byId,
  }
}

/** Stages that items entered; leads name them otherwise, and have one pipeline. */
function entries(result: unknown, entityTypeId: number, as: 'payment' | 'change'): ChangeRow[] {
  return readableRows(itemRows(result), stageSchema).flatMap(({ ID, OWNER_ID, CREATED_TIME, CATEGORY_ID, ...row }) => {
    const stageId = row.STAGE_ID ?? row.STATUS_ID
    if (stageId === undefined) return []
    const item = { entityTypeId, id: OWNER_ID }
    const entered = { as, item, stageId, categoryId: entityTypeId === LEAD ? null : (CATEGORY_ID ?? 0) }
    const at = utc(CREATED_TIME)
    return [{ id: ID, at, changedAt: at, ...eventsOfItem(item), entered }]
  })
}

/** Items of one type that changed. */
export function changedItems(entityTypeId: number): SweepList {
  const select = ['id', 'updatedTime']
  const order = { updatedTime: 'DESC', id: 'DESC' }
  return {
    name: `sweep:items-${entityTypeId}`,
    down: (_since, start) => ({ method: 'crm.item.list', params: { entityTypeId, select, order, start } }),
    placeOf: byTime,
    rows: (result) =>
      readableRows(itemRows(result), itemSchema).map(({ id, updatedTime }) => {
        const at = utc(updatedTime)
        return { id, at, changedAt: at, ...eventsOfItem({ entityTypeId, id }) }
      }),
  }
}

/** What may have told of a change of an item, and the event that stands for it. */
function eventsOfItem({ entityTypeId, id }: Ref): Pick<ChangeRow, 'subjects' | 'payloads'> {
  const payload = itemPayload(entityTypeId, 'UPDATE', id)
  return { subjects: [itemPayload(entityTypeId, 'ADD', id), payload].map(subjectOf), payloads: [payload, payload] }
}

function itemPayload(entityTypeId: number, change: 'ADD' | 'UPDATE', id: number): EventPayload {
  const type = eventSymbol(entityTypeId) === null ? { ENTITY_TYPE_ID: String(entityTypeId) } : {}
  return { event: itemEvent(entityTypeId, change), data: { FIELDS: { ID: String(id), ...type } } }
}
