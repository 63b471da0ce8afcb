import type { Entry } from '../model.ts'
import { findPipeline } from '../names.ts'
import { comparisonsOf } from './comparisons.ts'
import { activityPath, clientName, eventText } from './event-text.ts'
import { explainEntry } from './explain-entry.ts'
import type { Parts } from './parts.ts'
import { mayRetry, undoOf } from './remedies.ts'
import { technicalOf } from './technical.ts'

/** All that a row tells of an entry, and what a manager may do about it. */
export function rowOf(entry: Entry, parts: Parts) {
  const { names, types, t } = parts
  const { item, undone } = entry
  const now = item === null ? undefined : names.item(item)
  const type = types.find(({ entityTypeId }) => entityTypeId === item?.entityTypeId)
  return {
    event: eventText(entry, parts),
    story: explainEntry(entry, parts),
    comparisons: comparisonsOf(entry, parts),
    technical: technicalOf(entry, parts),
    activity: activityPath(entry),
    client: clientName(entry, parts),
    item: item === null ? '' : now?.title || item.title || type?.title || t('names.item'),
    pipeline: item && now ? (findPipeline(types, { ...item, categoryId: now.categoryId })?.title ?? '') : '',
    undoneBy: undone ? names.of('users', undone.userId) : '',
    undo: undoOf(entry, parts),
    mayRetry: mayRetry(entry, parts),
  }
}
