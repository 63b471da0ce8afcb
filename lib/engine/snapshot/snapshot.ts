import type { Stage } from '../../bitrix24/directory/stages.ts'
import type { Ref } from '../../domain/occurrence.ts'
import type { ActivityRow } from '../sources/activity/activity-facts.ts'
import type { CallRow } from '../sources/call/call-facts.ts'
import type { Item } from '../sources/item/item.ts'
import type { WatchedItem } from '../sources/item/watched-item.ts'
import { type ChatSnapshot, emptyChatSnapshot } from '../sources/message/chat-snapshot.ts'
import type { Failures } from './failures.ts'

/**
 * What the portal told in one turn. A key that is missing was not asked for, or stands in `failures`; null was asked for and is not
 * shown to us.
 */
export type PortalSnapshot = ChatSnapshot & {
  activities: Map<number, ActivityRow | null>
  bindings: Map<number, Ref[]>
  calls: Map<string, CallRow | null>
  /** By `entityTypeId:id`. */
  items: Map<string, Item | null>
  /** Items that events point at themselves, by `entityTypeId:id`. */
  watched: Map<string, WatchedItem | null>
  /** By stage directory, in the portal's order. */
  stages: Map<string, Stage[]>
  /** What was asked for and not told. */
  failures: Failures
}

export function emptySnapshot(): PortalSnapshot {
  const aboutActivities = { activities: new Map(), bindings: new Map(), calls: new Map() }
  return {
    ...aboutActivities,
    items: new Map(),
    watched: new Map(),
    stages: new Map(),
    failures: new Map(),
    ...emptyChatSnapshot(),
  }
}
