import { lifecycleEvents } from '../lib/domain/lifecycle-events.ts'
import type { Portal } from '../lib/domain/portal.ts'
import type { EventGroup, Needing } from '../lib/engine/sources/fact-source.ts'
import { eventGroups } from '../lib/engine/sources/index.ts'

/** New types of items get our places; nothing happens in them that a trigger waits for. */
const ofTypes: EventGroup = { scope: 'crm', events: ['ONCRMTYPEADD'] }

/** What we subscribe to (`design.md` 7): what the sources of facts need, and new types. */
const groups: readonly EventGroup[] = [...eventGroups, ofTypes]

/** The events that should be bound in this portal, given its scopes and its enabled triggers. */
export function eventsNeeded(portal: Pick<Portal, 'scope'>, enabled: readonly Needing[]): string[] {
  const wanted = groups.filter(({ scope, neededBy }) => {
    return portal.scope.includes(scope) && (neededBy === undefined || enabled.some(neededBy))
  })
  return [...new Set([...lifecycleEvents, ...wanted.flatMap(({ events }) => events)])]
}

const usedEvents = new Set(groups.flatMap(({ events }) => events))

/** Could this event ever be of use? Lifecycle events are handled apart. */
export function isUsedEvent(event: string): boolean {
  return usedEvents.has(event)
}
