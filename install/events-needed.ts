import { lifecycleEvents } from '../lib/jobs/lifecycle-event.ts'
import type { Portal } from '../lib/store/portal.ts'

/** Events that are bound together: with a scope, and some only while an enabled trigger of one of the kinds needs them. */
type EventGroup = Readonly<{ scope: string; kinds?: readonly string[]; events: readonly string[] }>

/** What we subscribe to (`design.md` 7). Those with `kinds` come often, so they are bound no longer than needed. */
const groups: readonly EventGroup[] = [
  { scope: 'crm', events: ['ONCRMACTIVITYADD', 'ONCRMACTIVITYUPDATE', 'ONCRMTYPEADD'] },
  { scope: 'telephony', events: ['ONVOXIMPLANTCALLEND'] },
  { scope: 'imopenlines', kinds: ['chat-message'], events: ['ONOPENLINEMESSAGEADD'] },
  {
    scope: 'crm',
    kinds: ['field-changed'],
    events: ['LEAD', 'DEAL', 'QUOTE', 'DYNAMICITEM'].flatMap((type) => [`ONCRM${type}ADD`, `ONCRM${type}UPDATE`]),
  },
  { scope: 'crm', kinds: ['payment-received'], events: ['ONCRMDYNAMICITEMUPDATE'] },
]

/** The events that should be bound in this portal, given its scopes and the kinds of its enabled triggers. */
export function eventsNeeded(portal: Pick<Portal, 'scope'>, enabledKinds: Iterable<string>): string[] {
  const enabled = new Set(enabledKinds)
  const wanted = groups.filter(({ scope, kinds }) => {
    return portal.scope.includes(scope) && (kinds === undefined || kinds.some((kind) => enabled.has(kind)))
  })
  return [...new Set([...lifecycleEvents, ...wanted.flatMap(({ events }) => events)])]
}

const usedEvents = new Set(groups.flatMap(({ events }) => events))

/** Could a notice of this event ever be of use? Lifecycle events are handled apart. */
export function isUsedEvent(event: string): boolean {
  return usedEvents.has(event)
}
