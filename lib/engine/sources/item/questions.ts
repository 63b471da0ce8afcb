import type { Reference } from '../../../bitrix24/client/command.ts'
import { refKey } from '../../../domain/entity-types.ts'
import { collectListed, type Question } from '../../snapshot/question.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import { itemRows, listItems, parseItem } from './item.ts'
import { parseWatchedItem, type WatchedItems, watchedSelect } from './watched-item.ts'

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

/** Up to 50 of the items that events point at, of one type. */
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
