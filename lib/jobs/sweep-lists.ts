import { z } from 'zod'
import { itemRows } from '../engine/read/reading.ts'
import { servedKinds } from '../engine/recognise/match.ts'
import { INVOICE } from '../engine/refs.ts'
import type { Command } from '../portal/types.ts'
import type { Hint } from '../triggers/kind.ts'
import type { ReadyTrigger } from '../triggers/trigger.ts'

/** How far a list was read: after this id, or from this moment on, leaving out the first rows of it. */
export type Cursor = { id: number; since: string; skip: number }

/** Something that the portal shows: the notices by which we may have heard of it, and the one that stands for it if we did not. */
export type Trace = {
  id: number
  /** When it last changed, ISO 8601 UTC; null: to have heard of it at all is enough. */
  at: string | null
  subjects: string[]
  /** The first if it was never heard of, else the second. */
  hints: [Hint, Hint]
}

/** One list of the portal that grows at its end. `start` counts rows. */
export type SweepList = {
  name: string
  /** By id, or by time of change: then rows may come again, and rows of one moment fill pages. */
  by: 'id' | 'time'
  command(cursor: Cursor, start: number): Command
  traces(result: unknown): Trace[]
}

/** The lists in which the happenings of these triggers leave traces. A list whose notices could serve none is not read. */
export function sweepLists(triggers: readonly ReadyTrigger[], scope: readonly string[]): SweepList[] {
  const serves = (hint: Hint) => servedKinds(hint, triggers).length > 0
  const types = [...new Set([INVOICE, ...triggers.map(({ entityTypeId }) => entityTypeId)])]
  return [
    ...(serves(activityHint('UPDATE', 1)) ? [activitiesById, activitiesByTime] : []),
    ...(serves(callHint('', '', '')) && scope.includes('telephony') ? [calls] : []),
    ...types.filter((entityTypeId) => serves(itemHint(entityTypeId, 'UPDATE', 1))).map(itemsByTime),
  ]
}

const time = z.string().refine((value) => !Number.isNaN(Date.parse(value)))
const activitySchema = z.object({ ID: z.coerce.number().int().positive(), LAST_UPDATED: time.nullish(), CREATED: time })
const callSchema = z.object({
  ID: z.coerce.number().int().positive(),
  CALL_ID: z.string().min(1),
  CALL_TYPE: z.coerce.string().catch(''),
  CRM_ACTIVITY_ID: z.coerce.string().catch(''),
})
const itemSchema = z.object({ id: z.coerce.number().int().positive(), updatedTime: time })

/** Activities that are new: their ids grow, whatever times they bear. */
const activitiesById: SweepList = {
  name: 'sweep:activities',
  by: 'id',
  command: ({ id, since }, start) => activities(id > 0 ? { '>ID': id } : { '>=CREATED': since }, { ID: 'ASC' }, start),
  traces: activityTraces,
}

/** Activities that changed: views, clicks, acceptances. */
const activitiesByTime: SweepList = {
  name: 'sweep:changed-activities',
  by: 'time',
  command: ({ since }, start) => activities({ '>=LAST_UPDATED': since }, { LAST_UPDATED: 'ASC', ID: 'ASC' }, start),
  traces: activityTraces,
}

/** Legs of calls. The first that is seen of a call stands for all of them: they are read together. */
const calls: SweepList = {
  name: 'sweep:calls',
  by: 'id',
  command: ({ id, since }, start) => {
    const FILTER = id > 0 ? { '>ID': id } : { '>=CALL_START_DATE': since }
    return { method: 'voximplant.statistic.get', params: { FILTER, SORT: 'ID', ORDER: 'ASC', start } }
  },
  traces: (result) =>
    rows(result, callSchema).map(({ ID, CALL_ID, CALL_TYPE, CRM_ACTIVITY_ID }) => {
      const hint = callHint(CALL_ID, CALL_TYPE, CRM_ACTIVITY_ID)
      return { id: ID, at: null, subjects: [`${hint.event}:${CALL_ID}`], hints: [hint, hint] }
    }),
}

/** Items of one type that changed: fields, payments. */
function itemsByTime(entityTypeId: number): SweepList {
  return {
    name: `sweep:items-${entityTypeId}`,
    by: 'time',
    command: ({ since }, start) => ({
      method: 'crm.item.list',
      params: {
        entityTypeId,
        select: ['id', 'updatedTime'],
        filter: { '>=updatedTime': since },
        order: { updatedTime: 'ASC', id: 'ASC' },
        start,
      },
    }),
    traces: (result) =>
      rows(itemRows(result), itemSchema).map(({ id, updatedTime }) => {
        const hints: Trace['hints'] = [itemHint(entityTypeId, 'UPDATE', id), itemHint(entityTypeId, 'UPDATE', id)]
        const subjects = (['ADD', 'UPDATE'] as const).map((change) => subjectOf(itemHint(entityTypeId, change, id)))
        return { id, at: utc(updatedTime), subjects, hints }
      }),
  }
}

function activities(filter: object, order: object, start: number): Command {
  return { method: 'crm.activity.list', params: { select: ['ID', 'CREATED', 'LAST_UPDATED'], filter, order, start } }
}

function activityTraces(result: unknown): Trace[] {
  return rows(result, activitySchema).map(({ ID, CREATED, LAST_UPDATED }) => {
    const hints: Trace['hints'] = [activityHint('ADD', ID), activityHint('UPDATE', ID)]
    return { id: ID, at: utc(LAST_UPDATED ?? CREATED), subjects: hints.map(subjectOf), hints }
  })
}

function activityHint(change: 'ADD' | 'UPDATE', id: number): Hint {
  return { event: `ONCRMACTIVITY${change}`, data: { FIELDS: { ID: String(id) } } }
}

function callHint(callId: string, type: string, activityId: string): Hint {
  return { event: 'ONVOXIMPLANTCALLEND', data: { CALL_ID: callId, CALL_TYPE: type, CRM_ACTIVITY_ID: activityId } }
}

const itemNames: Readonly<Record<number, string>> = { 1: 'LEAD', 2: 'DEAL', 7: 'QUOTE' }

function itemHint(entityTypeId: number, change: 'ADD' | 'UPDATE', id: number): Hint {
  const name = itemNames[entityTypeId]
  const type = name === undefined ? { ENTITY_TYPE_ID: String(entityTypeId) } : {}
  return { event: `ONCRM${name ?? 'DYNAMICITEM'}${change}`, data: { FIELDS: { ID: String(id), ...type } } }
}

/** As the intake names notices of activities and items. */
function subjectOf({ event, data }: Hint): string {
  const { ENTITY_TYPE_ID, ID } = data.FIELDS as Record<string, string>
  return [event, ENTITY_TYPE_ID, ID].filter((part) => part !== undefined).join(':')
}

function rows<T>(result: unknown, schema: z.ZodType<T>): T[] {
  return (Array.isArray(result) ? result : []).flatMap((row) => schema.safeParse(row).data ?? [])
}

function utc(text: string): string {
  return new Date(text).toISOString()
}
