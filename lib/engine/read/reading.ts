import { Gone, type PortalError, Refused, RightsMissing } from '../../portal/errors.ts'
import { parseStages, type Stage } from '../../portal/stages.ts'
import type { CommandResult } from '../../portal/types.ts'
import type { Ref } from '../../store/occurrence.ts'
import { type ChatReading, emptyChatReading, keepChats } from '../chats/chat-reading.ts'
import { refKey } from '../refs.ts'
import { type ActivityRow, parseActivity } from './activity-facts.ts'
import { type CallRow, parseCall } from './call-facts.ts'
import { type Item, parseItem } from './item.ts'
import { parseForms } from './know-forms.ts'
import { GUESSED_BINDINGS, type Wanted } from './read.ts'
import { parseWatchedItem, type WatchedItem } from './watched-item.ts'

/** What the portal told in one turn. A key that is missing was not asked for; null was asked for and is not shown to us. */
export type Reading = ChatReading & {
  activities: Map<number, ActivityRow | null>
  bindings: Map<number, Ref[]>
  calls: Map<string, CallRow | null>
  /** By `entityTypeId:id`. */
  items: Map<string, Item | null>
  /** Items that notices point at themselves, by `entityTypeId:id`. */
  watched: Map<string, WatchedItem | null>
  /** By stage directory, in the portal's order. */
  stages: Map<string, Stage[]>
  /** CRM forms, and whether they are callback forms; null: not asked for, or the portal does not tell. */
  forms: Map<string, boolean> | null
}

export function emptyReading(): Reading {
  const aboutActivities = { activities: new Map(), bindings: new Map(), calls: new Map() }
  return {
    ...aboutActivities,
    items: new Map(),
    watched: new Map(),
    stages: new Map(),
    forms: null,
    ...emptyChatReading(),
  }
}

/** Sorts the answers of one or more batches into the reading, by the names of `read.ts`. */
export function keepAnswers(
  reading: Reading,
  wanted: Pick<Wanted, 'activities' | 'bindings' | 'calls' | 'watched' | 'chats'>,
  answers: Record<string, CommandResult>,
): void {
  for (const id of wanted.activities) reading.activities.set(id, null)
  for (const { entityTypeId, ids } of wanted.watched ?? []) {
    for (const id of ids) reading.watched.set(refKey({ entityTypeId, id }), null)
  }
  for (const [name, answer] of Object.entries(answers)) {
    const [what, subject = ''] = split(name)
    if (what === 'activities') keepActivities(reading, rowsOf(answer))
    else if (what === 'bindings') reading.bindings.set(Number(subject), refsOf(answer))
    else if (what === 'call') keepCall(reading, wanted.calls[Number(subject)]?.callId, answer)
    else if (what === 'items') keepItems(reading, Number.parseInt(subject, 10), answer)
    else if (what === 'watched') keepWatched(reading, Number.parseInt(subject, 10), answer)
    else if (what === 'forms') reading.forms = parseForms(answer)
    else if (what === 'stages') reading.stages.set(subject, parseStages(rowsOf(answer)))
  }
  wanted.calls.forEach((call, index) => {
    const activityId = reading.calls.get(call.callId)?.activityId
    const answer = answers[`callbindings_${index}`]
    if (activityId && answer) reading.bindings.set(activityId, refsOf(answer))
  })
  keepChats(reading, wanted.chats ?? [], answers)
  keepAbsentItems(reading, answers)
}

function split(name: string): [string, string] {
  const at = name.indexOf('_')
  return [name.slice(0, at), name.slice(at + 1)]
}

/** Lists that were refused are faults of ours or of the portal: the turn is tried again, nothing is taken for empty. */
export function rowsOf(answer: CommandResult): unknown[] {
  if (!answer.ok) throw answer.error
  return Array.isArray(answer.result) ? answer.result : []
}

function keepActivities(reading: Reading, rows: unknown[]): void {
  for (const row of rows) {
    const activity = parseActivity(row)
    if (activity) reading.activities.set(activity.id, activity)
  }
}

function keepCall(reading: Reading, callId: string | undefined, answer: CommandResult): void {
  if (callId !== undefined) reading.calls.set(callId, parseCall(callId, rowsOf(answer)))
}

/** A deleted or unreadable activity is refused: it is bound to nothing that we may see. */
export function refsOf(answer: CommandResult): Ref[] {
  if (!answer.ok && !isRefusal(answer.error)) throw answer.error
  if (!answer.ok || !Array.isArray(answer.result)) return []
  return answer.result.flatMap((row: { entityTypeId?: unknown; entityId?: unknown }) => {
    const entityTypeId = Number(row?.entityTypeId)
    const id = Number(row?.entityId)
    return entityTypeId > 0 && id > 0 ? [{ entityTypeId, id }] : []
  })
}

export function isRefusal(error: PortalError): boolean {
  return error instanceof Gone || error instanceof RightsMissing || error instanceof Refused
}

function keepItems(reading: Reading, entityTypeId: number, answer: CommandResult): void {
  if (!answer.ok) throw answer.error
  for (const row of itemRows(answer.result)) {
    const item = parseItem(entityTypeId, row)
    if (item) reading.items.set(refKey(item), item)
  }
}

function keepWatched(reading: Reading, entityTypeId: number, answer: CommandResult): void {
  if (!answer.ok) throw answer.error
  for (const row of itemRows(answer.result)) {
    const watched = parseWatchedItem(entityTypeId, row)
    if (!watched) continue
    reading.watched.set(refKey(watched.item), watched)
    reading.items.set(refKey(watched.item), watched.item)
  }
}

/** Rows of `crm.item.list`; PHP writes an empty map as `[]`. */
export function itemRows(result: unknown): unknown[] {
  const items = (result as { items?: unknown } | null)?.items
  return Array.isArray(items) ? items : []
}

/** A bound item that a guess reached and the portal did not list is one that we may not see, or that is gone. */
function keepAbsentItems(reading: Reading, answers: Record<string, CommandResult>): void {
  const guessed = new Set(
    Object.keys(answers).flatMap((name) => (/^items_\d+$/.test(name) ? [Number(name.slice('items_'.length))] : [])),
  )
  for (const refs of reading.bindings.values()) {
    for (const ref of refs.slice(0, GUESSED_BINDINGS)) {
      if (guessed.has(ref.entityTypeId) && !reading.items.has(refKey(ref))) reading.items.set(refKey(ref), null)
    }
  }
}
