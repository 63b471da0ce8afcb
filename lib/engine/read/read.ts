import { reference } from '../../portal/command.ts'
import { stageEntityId } from '../../portal/stages.ts'
import type { Command, CommandResult, Params, PortalClient } from '../../portal/types.ts'
import type { Ref } from '../../store/occurrence.ts'
import { chatCommands } from '../chats/chat-reading.ts'
import { refKey } from '../refs.ts'
import { activitySelect } from './activity-facts.ts'
import { itemSelect } from './item.ts'
import { formsCommand } from './know-forms.ts'
import { emptyReading, keepAnswers, type Reading } from './reading.ts'
import { type WatchedItems, watchedSelect } from './watched-item.ts'

/** A pipeline of an item type; its stages are always read with the items, never taken from a cache. */
export type Pipeline = { entityTypeId: number; categoryId: number | null }

/** What a turn has to know first. */
export type Wanted = {
  /** Activities of which the row itself and the bindings are read. */
  activities: number[]
  /** Activities of which only the bindings are read. */
  bindings: number[]
  /** Calls with the activity that the notice named, if it did. */
  calls: { callId: string; activityId: number | null }[]
  /** Item types that triggers move. */
  entityTypeIds: number[]
  pipelines: Pipeline[]
  /** Items that notices point at themselves. */
  watched?: WatchedItems[]
  /** Conversations by the customer's name in CRM (`chat-reading.ts`). */
  chats?: string[]
  /** Sessions of conversations whose history is read. */
  histories?: string[]
  /** The list of CRM forms. */
  forms?: boolean
}

/** An activity's bindings are looked through this far in the same request; further ones cost a second one. */
export const GUESSED_BINDINGS = 6

/** `crm.item.list` answers 50 rows: so many activities can have their items read in the same request. */
const GUESSED_ACTIVITIES = Math.floor(50 / GUESSED_BINDINGS)

/** Rows of one list command. */
const PAGE = 50

/**
 * Reads activities, calls, bindings and stages, and guesses the items in the same request: `crm.item.list` takes the ids from the
 * bindings' answer (`reference`), whatever type they are of, and what was not bound is thrown away. So a quiet event costs one
 * reading request. What the guess did not reach is read by `readMore`.
 */
export async function read(client: PortalClient, wanted: Wanted): Promise<Reading> {
  const reading = emptyReading()
  const commands: Record<string, Command> = {}
  const bound: string[] = []
  for (const ids of pages(wanted.activities)) {
    commands[`activities_${ids[0]}`] = {
      method: 'crm.activity.list',
      params: { order: { ID: 'ASC' }, filter: { '@ID': ids }, select: activitySelect, start: -1 },
    }
  }
  for (const id of new Set([...wanted.activities, ...wanted.bindings])) {
    commands[`bindings_${id}`] = { method: 'crm.activity.binding.list', params: { activityId: id } }
    bound.push(`bindings_${id}`)
  }
  wanted.calls.forEach((call, index) => {
    commands[`call_${index}`] = { method: 'voximplant.statistic.get', params: { FILTER: { CALL_ID: call.callId } } }
    const name = call.activityId === null ? `callbindings_${index}` : `bindings_${call.activityId}`
    if (commands[name]) return
    const activityId = call.activityId ?? reference(`call_${index}`, 0, 'CRM_ACTIVITY_ID')
    commands[name] = { method: 'crm.activity.binding.list', params: { activityId } }
    bound.push(name)
  })
  for (const items of wanted.watched ?? []) {
    for (const ids of pages(items.ids)) {
      const command = listItems(items.entityTypeId, { '@id': ids }, { id: 'ASC' }, watchedSelect(items))
      commands[`watched_${items.entityTypeId}_${ids[0]}`] = command
    }
  }
  if (wanted.forms) commands.forms_0 = formsCommand
  const chats = chatCommands(wanted.chats ?? [], wanted.histories ?? [])
  bound.push(...Object.keys(chats).filter((name) => name.startsWith('chatbindings_')))
  Object.assign(commands, chats, stageCommands(wanted.pipelines))
  if (bound.length > 0 && bound.length <= GUESSED_ACTIVITIES) {
    for (const entityTypeId of wanted.entityTypeIds) commands[`items_${entityTypeId}`] = guessItems(entityTypeId, bound)
  }
  keepAnswers(reading, wanted, await ask(client, withinOneRequest(commands)))
  return reading
}

/** References reach no further than their own request: where there are too many commands, those that refer are left out. */
function withinOneRequest(commands: Record<string, Command>): Record<string, Command> {
  const all = Object.entries(commands)
  if (all.length <= PAGE) return commands
  return Object.fromEntries(
    all.filter(([name]) => !/^(callbindings|chathistory|chatactivity|chatbindings|items)_/.test(name)),
  )
}

/** Reads the items and stages that are still missing; an item that the portal does not show stays known as null. */
export async function readMore(
  client: PortalClient,
  reading: Reading,
  missing: { items: Ref[]; bindings: number[]; pipelines: Pipeline[] },
): Promise<void> {
  const items = missing.items.filter((ref) => !reading.items.has(refKey(ref)))
  const pipelines = missing.pipelines.filter(
    (pipeline) => !reading.stages.has(stageEntityId(pipeline.entityTypeId, pipeline.categoryId)),
  )
  const bindings = missing.bindings.filter((id) => !reading.bindings.has(id))
  if (items.length + pipelines.length + bindings.length === 0) return
  const commands: Record<string, Command> = stageCommands(pipelines)
  for (const id of bindings) {
    commands[`bindings_${id}`] = { method: 'crm.activity.binding.list', params: { activityId: id } }
  }
  for (const entityTypeId of new Set(items.map((ref) => ref.entityTypeId))) {
    const ids = items.filter((ref) => ref.entityTypeId === entityTypeId).map((ref) => ref.id)
    for (const page of pages(ids)) {
      commands[`items_${entityTypeId}_${page[0]}`] = listItems(entityTypeId, { '@id': page })
    }
  }
  const answers = await ask(client, commands)
  keepAnswers(reading, { activities: [], bindings, calls: [] }, answers)
  for (const ref of items) {
    if (!reading.items.has(refKey(ref))) reading.items.set(refKey(ref), null)
  }
}

/** `crm.item.list` of one type with what the guards compare, and more if wanted. */
export function listItems(
  entityTypeId: number,
  filter: Params,
  order: Params = { id: 'ASC' },
  more: string[] = [],
): Command {
  const select = [...new Set([...itemSelect, ...more])]
  return { method: 'crm.item.list', params: { entityTypeId, select, filter, order, start: -1 } }
}

/** Sends commands in requests of 50. */
export async function ask(
  client: PortalClient,
  commands: Record<string, Command>,
): Promise<Record<string, CommandResult>> {
  const answers: Record<string, CommandResult> = {}
  for (const batch of pages(Object.entries(commands))) {
    Object.assign(answers, (await client.batch(Object.fromEntries(batch))).results)
  }
  return answers
}

function guessItems(entityTypeId: number, bound: string[]): Command {
  const ids = bound.flatMap((name) =>
    Array.from({ length: GUESSED_BINDINGS }, (_, index) => reference(name, index, 'entityId')),
  )
  return listItems(entityTypeId, { '@id': ids })
}

function stageCommands(pipelines: Pipeline[]): Record<string, Command> {
  const directories = new Set(pipelines.map((pipeline) => stageEntityId(pipeline.entityTypeId, pipeline.categoryId)))
  return Object.fromEntries(
    [...directories].map((directory) => [
      `stages_${directory}`,
      { method: 'crm.status.list', params: { filter: { ENTITY_ID: directory }, order: { SORT: 'ASC' } } },
    ]),
  )
}

/** What one request or one list command takes at a time. */
export function pages<T>(list: T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / PAGE) }, (_, index) =>
    list.slice(index * PAGE, (index + 1) * PAGE),
  )
}
