import { z } from 'zod'
import { type Reference, reference } from '../../bitrix24/client/command.ts'
import type { Command } from '../../bitrix24/client/rest.ts'
import { parseStages, stageEntityId } from '../../bitrix24/directory/stages.ts'
import { phpList } from '../../bitrix24/php-list.ts'
import { refKey } from '../../domain/entity-types.ts'
import { activitySelect, parseActivity } from '../sources/activity/activity-facts.ts'
import { parseBindings } from '../sources/activity/bindings.ts'
import { formsCommand, parseForms } from '../sources/activity/forms.ts'
import { parseCalls } from '../sources/call/call-facts.ts'
import { itemRows, listItems, parseItem } from '../sources/item/item.ts'
import { parseWatchedItem, type WatchedItems, watchedSelect } from '../sources/item/watched-item.ts'
import type { Pipeline } from './fetch.ts'
import { collectListed, type Question } from './question.ts'
import type { PortalSnapshot } from './snapshot.ts'

/** Rows of up to 50 activities. */
export function askActivities(snapshot: PortalSnapshot, ids: readonly number[]): Question {
  return {
    command: {
      method: 'crm.activity.list',
      params: { order: { ID: 'ASC' }, filter: { '@ID': ids }, select: activitySelect, start: -1 },
    },
    about: ids.map((id) => `activity ${id}` as const),
    keep(result) {
      const unknown = collectListed(phpList(result), ids, parseActivity, (id, row) => snapshot.activities.set(id, row))
      return unknown.map((id) => `activity ${id}` as const)
    },
  }
}

/** What an activity is bound to. */
export function askBindings(snapshot: PortalSnapshot, id: number): Question {
  const about = [`bindings ${id}`] as const
  const keep = (result: unknown) => (keepBindings(snapshot, id, result) ? [] : about)
  return { command: bindingsCommand(id), about, keep }
}

/** The same of an activity that an earlier answer names. `idOf` says afterwards which one that was; null: none, and nothing was asked. */
function guessBindings(snapshot: PortalSnapshot, activityId: Reference, idOf: () => number | null): Question {
  return {
    command: bindingsCommand(activityId),
    about: [],
    keep(result) {
      const id = idOf()
      if (id !== null) keepBindings(snapshot, id, result)
      return []
    },
  }
}

function bindingsCommand(activityId: number | Reference): Command {
  return { method: 'crm.activity.binding.list', params: { activityId } }
}

function keepBindings(snapshot: PortalSnapshot, id: number, result: unknown): boolean {
  const refs = parseBindings(result)
  if (refs !== null) snapshot.bindings.set(id, refs)
  return refs !== null
}

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

/** Up to 50 items of one type. */
export function askItems(snapshot: PortalSnapshot, entityTypeId: number, ids: readonly number[]): Question {
  const about = (id: number) => `item ${refKey({ entityTypeId, id })}` as const
  return {
    command: listItems(entityTypeId, { '@id': ids }),
    about: ids.map(about),
    keep(result) {
      const parse = (row: unknown) => parseItem(entityTypeId, row)
      const keep = (id: number, item: ReturnType<typeof parse>) =>
        snapshot.items.set(refKey({ entityTypeId, id }), item)
      return collectListed(itemRows(result), ids, parse, keep).map(about)
    },
  }
}

/**
 * Items by what earlier answers say that activities are bound to, of whatever type that is. What is bound and not listed remains unknown:
 * it is gone, or hidden, or this portal reads references in another way.
 */
export function guessItems(snapshot: PortalSnapshot, entityTypeId: number, ids: readonly Reference[]): Question {
  return {
    command: listItems(entityTypeId, { '@id': ids }),
    about: [],
    keep(result) {
      const bound = new Set([...snapshot.bindings.values()].flat().map(refKey))
      const items = (itemRows(result) ?? []).flatMap((row) => parseItem(entityTypeId, row) ?? [])
      for (const item of items) if (bound.has(refKey(item))) snapshot.items.set(refKey(item), item)
      return []
    },
  }
}

/** Up to 50 of the items that notices point at, of one type. */
export function askWatched(snapshot: PortalSnapshot, items: WatchedItems, ids: readonly number[]): Question {
  const { entityTypeId } = items
  const about = (id: number) => `watched ${refKey({ entityTypeId, id })}` as const
  return {
    command: listItems(entityTypeId, { '@id': ids }, { id: 'ASC' }, watchedSelect(items)),
    about: ids.map(about),
    keep(result) {
      const parse = (row: unknown) => {
        const watched = parseWatchedItem(entityTypeId, row)
        return watched && { ...watched, id: watched.item.id }
      }
      const keep = (id: number, watched: ReturnType<typeof parse>) => {
        snapshot.watched.set(refKey({ entityTypeId, id }), watched)
        if (watched) snapshot.items.set(refKey(watched.item), watched.item)
      }
      return collectListed(itemRows(result), ids, parse, keep).map(about)
    },
  }
}

/** The stages of a pipeline; an empty list where there is no such pipeline. */
export function askStages(snapshot: PortalSnapshot, { entityTypeId, categoryId }: Pipeline): Question {
  const directory = stageEntityId(entityTypeId, categoryId)
  const about = [`stages ${directory}`] as const
  return {
    command: { method: 'crm.status.list', params: { filter: { ENTITY_ID: directory }, order: { SORT: 'ASC' } } },
    about,
    keep(result) {
      const rows = phpList(result)
      const stages = parseStages(rows ?? [])
      const isOther = !rows?.every((row) => isOfDirectory(row, directory)) || (stages.length === 0 && rows.length > 0)
      if (isOther) return about
      snapshot.stages.set(directory, stages)
      return []
    },
  }
}

function isOfDirectory(row: unknown, directory: string): boolean {
  const { ENTITY_ID = directory } = (row ?? {}) as { ENTITY_ID?: unknown }
  return ENTITY_ID === directory
}

/** Which CRM forms are callback forms. */
export function askForms(snapshot: PortalSnapshot): Question {
  return {
    command: formsCommand,
    about: ['forms'],
    keep(result) {
      snapshot.forms = parseForms(result)
      return snapshot.forms === null ? ['forms'] : []
    },
  }
}
