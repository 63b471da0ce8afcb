import { DEAL, INVOICE } from '../../../domain/entity-types.ts'
import type { ReadyTrigger } from '../../../domain/trigger.ts'
import { watchedFields } from '../../../triggers/field-changed.ts'
import type { Subject } from '../../events/inbound-event.ts'
import { type Item, parseItem } from './item.ts'

/** Items of one type that events point at, and the fields of theirs that triggers watch. */
export type WatchedItems = { entityTypeId: number; ids: number[]; fields: string[] }

/** The items that events point at, each once, by their types. */
export function watchedItems(subjects: readonly Subject[], triggers: readonly ReadyTrigger[]): WatchedItems[] {
  const items = subjects.flatMap((subject) => (subject.type === 'item' ? [subject] : []))
  return [...new Set(items.map(({ entityTypeId }) => entityTypeId))].map((entityTypeId) => {
    const ofType = triggers.filter((trigger) => trigger.entityTypeId === entityTypeId)
    return {
      entityTypeId,
      ids: [...new Set(items.flatMap((item) => (item.entityTypeId === entityTypeId ? [item.id] : [])))],
      fields: [...new Set(ofType.flatMap((trigger) => watchedFields(triggers, trigger)))],
    }
  })
}

/** An item that an event points at, with what its own changes are told by. */
export type WatchedItem = {
  item: Item
  /** ISO 8601 UTC. */
  updatedTime: string
  /** The deal that an invoice belongs to. */
  dealId: number | null
  /** As the portal wrote it: a field that it does not have is missing. */
  row: Readonly<Record<string, unknown>>
}

const PARENT_DEAL = `parentId${DEAL}`

/** What is asked of such an item beside what guards compare. */
export function watchedSelect({ entityTypeId, fields }: WatchedItems): string[] {
  return ['updatedTime', ...(entityTypeId === INVOICE ? [PARENT_DEAL] : []), ...fields]
}

/** Reads a row of `crm.item.list`; null when it is no item with a stage and a time of change. */
export function parseWatchedItem(entityTypeId: number, row: unknown): WatchedItem | null {
  const item = parseItem(entityTypeId, row)
  const values = row as Record<string, unknown>
  const updatedAt = item === null ? Number.NaN : Date.parse(String(values.updatedTime))
  if (item === null || Number.isNaN(updatedAt)) return null
  const dealId = Number(values[PARENT_DEAL] ?? 0)
  return {
    item,
    updatedTime: new Date(updatedAt).toISOString(),
    dealId: dealId > 0 ? dealId : null,
    row: values,
  }
}
