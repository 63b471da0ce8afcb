import { eventSymbol } from '../lib/domain/entity-types.ts'
import { lifecycleEvents } from '../lib/domain/lifecycle-events.ts'
import type { Portal } from '../lib/domain/portal.ts'

/** What decides whether a trigger needs an event. */
type Needing = Readonly<{ kind: string; entityTypeId: number }>

/** Events that are bound together: with a scope, and some only while an enabled trigger needs them. */
type EventGroup = Readonly<{
  scope: string
  neededBy?: (trigger: Needing) => boolean
  events: readonly string[]
}>

/** Names of types in the events of items; the last stands for smart invoices and smart processes (`platform.md` 4.2). */
const itemNames = ['LEAD', 'DEAL', 'QUOTE', 'DYNAMICITEM']

/** What we subscribe to (`design.md` 7). Those that triggers need come often, so they are bound no longer than needed. */
const groups: readonly EventGroup[] = [
  { scope: 'crm', events: ['ONCRMACTIVITYADD', 'ONCRMACTIVITYUPDATE', 'ONCRMTYPEADD'] },
  { scope: 'telephony', events: ['ONVOXIMPLANTCALLEND'] },
  { scope: 'imopenlines', neededBy: ({ kind }) => kind === 'chat-message', events: ['ONOPENLINEMESSAGEADD'] },
  ...itemNames.map((name) => ({
    scope: 'crm',
    neededBy: ({ kind, entityTypeId }: Needing) =>
      kind === 'field-changed' && (eventSymbol(entityTypeId) ?? 'DYNAMICITEM') === name,
    events: [`ONCRM${name}ADD`, `ONCRM${name}UPDATE`],
  })),
  {
    scope: 'crm',
    neededBy: ({ kind }) => kind === 'payment-received',
    events: ['ONCRMDYNAMICITEMADD', 'ONCRMDYNAMICITEMUPDATE'],
  },
]

/** The events that should be bound in this portal, given its scopes and its enabled triggers. */
export function eventsNeeded(portal: Pick<Portal, 'scope'>, enabled: readonly Needing[]): string[] {
  const wanted = groups.filter(({ scope, neededBy }) => {
    return portal.scope.includes(scope) && (neededBy === undefined || enabled.some(neededBy))
  })
  return [...new Set([...lifecycleEvents, ...wanted.flatMap(({ events }) => events)])]
}

const usedEvents = new Set(groups.flatMap(({ events }) => events))

/** Could a notice of this event ever be of use? Lifecycle events are handled apart. */
export function isUsedEvent(event: string): boolean {
  return usedEvents.has(event)
}
