import { z } from 'zod'
import type { Command } from '../../bitrix24/client/rest.ts'
import { ESTIMATE, eventSymbol, INVOICE, LEAD } from '../../domain/entity-types.ts'
import type { Ref } from '../../domain/occurrence.ts'
import { utc } from '../../domain/time.ts'
import type { ReadyTrigger } from '../../domain/trigger.ts'
import { candidateKinds } from '../../engine/match/match.ts'
import { itemRows } from '../../engine/sources/item/item.ts'
import { watchedFields } from '../../triggers/field-changed.ts'
import type { EventPayload } from '../../triggers/kind.ts'
import type { Place, Row } from './sweep-cursor.ts'

/** Something that the portal shows: the notices by which we may have heard of it, and the one that stands for it if we did not. */
export type ChangeRow = Row & {
  subjects: string[]
  /** A notice tells of it up to this moment, ISO 8601 UTC; null: to have heard of it at all is enough. */
  changedAt: string | null
  /** The first if it was never heard of, else the second. */
  hints: [EventPayload, EventPayload]
  /** A stage that an item entered, which it may have left since: an invoice was paid, or a watched stage changed. */
  entered?: { as: 'payment' | 'change'; item: Ref; stageId: string; categoryId: number | null }
}

/**
 * One list of the portal that grows. Items can only be listed from the newest down: times in their filters are shifted by the reader's zone
 * (`platform.md` 5.6). `start` counts rows; -1: the first page, uncounted.
 */
export type SweepList = {
  name: string
  /** From the newest row down, as far as `since`; the portal may show more. */
  down(since: string, start: number): Command
  /** From an id up, where ids grow with time. */
  up?(id: number, start: number): Command
  /** Where a row stands in the list from the newest down. */
  placeOf(row: Row): Place
  traces(result: unknown): ChangeRow[]
}

/** The lists in which the happenings of these triggers leave traces. A list whose notices could serve none is not read. */
export function sweepLists(triggers: readonly ReadyTrigger[], scope: readonly string[]): SweepList[] {
  const serves = (hint: EventPayload) => candidateKinds(hint, triggers).length > 0
  const ofFields = triggers.filter(({ kind }) => kind === 'field-changed')
  const types = [...new Set(ofFields.map(({ entityTypeId }) => entityTypeId))]
  const ofStages = types.filter((entityTypeId) => entityTypeId !== ESTIMATE && watchStages(triggers, entityTypeId))
  return [
    ...(serves(activityHint('UPDATE', 1)) ? [newActivities, changedActivities] : []),
    ...(serves(callHint(anyCall)) && scope.includes('telephony') ? [calls] : []),
    ...(triggers.some(({ kind }) => kind === 'payment-received') ? [payments] : []),
    ...types.map(changedItems),
    ...ofStages.map(changedStages),
  ]
}

function watchStages(triggers: readonly ReadyTrigger[], entityTypeId: number): boolean {
  const ofType = triggers.filter((trigger) => trigger.entityTypeId === entityTypeId)
  return ofType.some((trigger) => watchedFields(triggers, trigger).includes('stageId'))
}

const id = z.coerce.number().int().positive()
const time = z.string().refine((value) => !Number.isNaN(Date.parse(value)))
const activitySchema = z.object({ ID: id, LAST_UPDATED: time.nullish(), CREATED: time })
const callSchema = z.object({
  ID: id,
  CALL_ID: z.string().min(1),
  CALL_TYPE: z.coerce.string().catch(''),
  CALL_FAILED_CODE: z.coerce.string().catch(''),
  CRM_ACTIVITY_ID: z.coerce.string().catch(''),
  CALL_START_DATE: time,
  CALL_DURATION: z.coerce.number().nonnegative().catch(0),
})
const itemSchema = z.object({ id, updatedTime: time })
const stageSchema = z.object({
  ID: id,
  OWNER_ID: id,
  CREATED_TIME: time,
  STAGE_ID: z.string().min(1).optional(),
  STATUS_ID: z.string().min(1).optional(),
  CATEGORY_ID: z.coerce.number().int().nullish(),
})

const byId = ({ id }: Row): Place => [id, 0]
const byTime = ({ id, at }: Row): Place => [Date.parse(at), id]

/** Activities that are new: their ids grow, whatever times they bear. */
const newActivities: SweepList = {
  name: 'sweep:activities',
  down: (since, start) => activities({ '>=CREATED': since }, { ID: 'DESC' }, start),
  up: (id, start) => activities({ '>ID': id }, { ID: 'ASC' }, start),
  placeOf: byId,
  traces: (result) => activityRows(result).map((row) => ({ ...activityTrace(row), at: utc(row.CREATED) })),
}

/** Activities that changed: views, clicks, acceptances. */
const changedActivities: SweepList = {
  name: 'sweep:changed-activities',
  down: (since, start) => activities({ '>=LAST_UPDATED': since }, { LAST_UPDATED: 'DESC', ID: 'DESC' }, start),
  placeOf: byTime,
  traces: (result) => activityRows(result).map(activityTrace),
}

/** Legs of calls. The first that is seen of a call stands for all of them: they are read together. */
const calls: SweepList = {
  name: 'sweep:calls',
  down: (_since, start) => statistics({}, 'DESC', start),
  up: (id, start) => statistics({ '>ID': id }, 'ASC', start),
  placeOf: byId,
  traces: (result) =>
    rowsOf(result, callSchema).map((row) => {
      const hint = callHint(row)
      const endedAt = new Date(Date.parse(row.CALL_START_DATE) + row.CALL_DURATION * 1000).toISOString()
      return {
        id: row.ID,
        at: endedAt,
        changedAt: null,
        subjects: [`${hint.event}:${row.CALL_ID}`],
        hints: [hint, hint],
      }
    }),
}

/** Invoices that entered a paid stage, by their stage history: also those that have left it since (`platform.md` 5.7). */
const payments: SweepList = {
  name: 'sweep:payments',
  ...historyOf(INVOICE, { STAGE_SEMANTIC_ID: 'S' }),
  // A notice may have told of the invoice when it was not paid any more: none stands for a payment.
  traces: (result) =>
    entries(result, INVOICE, 'payment').map((trace) => ({ ...trace, subjects: [`${trace.subjects[1]}#${trace.id}`] })),
}

/** Items of one type that changed their stage, by their stage history. */
function changedStages(entityTypeId: number): SweepList {
  return {
    name: `sweep:stages-${entityTypeId}`,
    ...historyOf(entityTypeId, {}),
    traces: (result) => entries(result, entityTypeId, 'change'),
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
  return rowsOf(itemRows(result), stageSchema).flatMap(({ ID, OWNER_ID, CREATED_TIME, CATEGORY_ID, ...row }) => {
    const stageId = row.STAGE_ID ?? row.STATUS_ID
    if (stageId === undefined) return []
    const item = { entityTypeId, id: OWNER_ID }
    const entered = { as, item, stageId, categoryId: entityTypeId === LEAD ? null : (CATEGORY_ID ?? 0) }
    const at = utc(CREATED_TIME)
    return [{ id: ID, at, changedAt: at, ...noticesOf(item), entered }]
  })
}

/** Items of one type that changed. */
function changedItems(entityTypeId: number): SweepList {
  const select = ['id', 'updatedTime']
  const order = { updatedTime: 'DESC', id: 'DESC' }
  return {
    name: `sweep:items-${entityTypeId}`,
    down: (_since, start) => ({ method: 'crm.item.list', params: { entityTypeId, select, order, start } }),
    placeOf: byTime,
    traces: (result) =>
      rowsOf(itemRows(result), itemSchema).map(({ id, updatedTime }) => {
        const at = utc(updatedTime)
        return { id, at, changedAt: at, ...noticesOf({ entityTypeId, id }) }
      }),
  }
}

function activities(filter: object, order: object, start: number): Command {
  return { method: 'crm.activity.list', params: { select: ['ID', 'CREATED', 'LAST_UPDATED'], filter, order, start } }
}

function activityRows(result: unknown): z.output<typeof activitySchema>[] {
  return rowsOf(result, activitySchema)
}

function activityTrace({ ID, CREATED, LAST_UPDATED }: z.output<typeof activitySchema>): ChangeRow {
  const hints: ChangeRow['hints'] = [activityHint('ADD', ID), activityHint('UPDATE', ID)]
  const at = utc(LAST_UPDATED ?? CREATED)
  return { id: ID, at, changedAt: at, subjects: hints.map(subjectOf), hints }
}

function statistics(FILTER: object, ORDER: 'ASC' | 'DESC', start: number): Command {
  return { method: 'voximplant.statistic.get', params: { FILTER, SORT: 'ID', ORDER, start } }
}

/** What may have told of a change of an item, and the notice that stands for it. */
function noticesOf({ entityTypeId, id }: Ref): Pick<ChangeRow, 'subjects' | 'hints'> {
  const hint = itemHint(entityTypeId, 'UPDATE', id)
  return { subjects: [itemHint(entityTypeId, 'ADD', id), hint].map(subjectOf), hints: [hint, hint] }
}

function activityHint(change: 'ADD' | 'UPDATE', id: number): EventPayload {
  return { event: `ONCRMACTIVITY${change}`, data: { FIELDS: { ID: String(id) } } }
}

type CallHint = Pick<
  z.output<typeof callSchema>,
  'CALL_ID' | 'CALL_TYPE' | 'CALL_FAILED_CODE' | 'CALL_DURATION' | 'CRM_ACTIVITY_ID'
>

/** Of any type, and however it ended. */
const anyCall: CallHint = { CALL_ID: '', CALL_TYPE: '', CALL_FAILED_CODE: '', CALL_DURATION: 0, CRM_ACTIVITY_ID: '' }

/** What the event would have told. */
function callHint({ CALL_ID, CALL_TYPE, CALL_FAILED_CODE, CALL_DURATION, CRM_ACTIVITY_ID }: CallHint): EventPayload {
  const data = { CALL_ID, CALL_TYPE, CALL_FAILED_CODE, CALL_DURATION: String(CALL_DURATION), CRM_ACTIVITY_ID }
  return { event: 'ONVOXIMPLANTCALLEND', data }
}

function itemHint(entityTypeId: number, change: 'ADD' | 'UPDATE', id: number): EventPayload {
  const name = eventSymbol(entityTypeId)
  const type = name === null ? { ENTITY_TYPE_ID: String(entityTypeId) } : {}
  return { event: `ONCRM${name ?? 'DYNAMICITEM'}${change}`, data: { FIELDS: { ID: String(id), ...type } } }
}

/** As the intake names notices of activities and items. */
function subjectOf({ event, data }: EventPayload): string {
  const { ENTITY_TYPE_ID, ID } = data.FIELDS as Record<string, string>
  return [event, ENTITY_TYPE_ID, ID].filter((part) => part !== undefined).join(':')
}

function rowsOf<T>(result: unknown, schema: z.ZodType<T>): T[] {
  return (Array.isArray(result) ? result : []).flatMap((row) => schema.safeParse(row).data ?? [])
}
