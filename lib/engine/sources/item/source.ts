import { pages } from '../../../bitrix24/client/batches.ts'
import { stageEntityId } from '../../../bitrix24/directory/stages.ts'
import { ESTIMATE, eventSymbol, INVOICE, refKey } from '../../../domain/entity-types.ts'
import { ITEM_IN_FLIGHT } from '../../../queue/job-outcomes.ts'
import { itemEvent } from '../../../triggers/item-event.ts'
import type { EventGroup, FactSource } from '../fact-source.ts'
import { enteredFacts, itemFacts } from './item-facts.ts'
import { changedItems, changedStages, payments, watchStages } from './lists.ts'
import { askWatched } from './questions.ts'
import { watchedItems } from './watched-item.ts'

declare module '../../events/inbound-event.ts' {
  interface Subjects {
    item: { entityTypeId: number; id: number }
  }
}

/** Names of types in the events of items; the last stands for smart invoices and smart processes (`platform.md` 4.2). */
const itemNames = ['LEAD', 'DEAL', 'QUOTE', 'DYNAMICITEM']

/** These come often, so they are bound no longer than a trigger needs them. */
const ofTypes = itemNames.map(
  (name): EventGroup => ({
    scope: 'crm',
    neededBy: ({ kind, entityTypeId }) =>
      kind === 'field-changed' && (eventSymbol(entityTypeId) ?? 'DYNAMICITEM') === name,
    events: [`ONCRM${name}ADD`, `ONCRM${name}UPDATE`],
  }),
)
const ofPayments: EventGroup = {
  scope: 'crm',
  neededBy: ({ kind }) => kind === 'payment-received',
  events: ['ONCRMDYNAMICITEMADD', 'ONCRMDYNAMICITEMUPDATE'],
}

/** Items themselves: fields that change, invoices that are paid. */
export const itemSource: FactSource<'item'> = {
  type: 'item',
  shapes: ['item'],
  events: [...ofTypes, ofPayments],
  parse(payload) {
    const event = itemEvent(payload)
    return event === null || event === 'malformed'
      ? event
      : { type: 'item', entityTypeId: event.entityTypeId, id: event.id }
  },
  ask(snapshot, subjects, triggers) {
    const questions = watchedItems(subjects, triggers).flatMap((items) =>
      pages(items.ids).map((ids) => [`watched_${items.entityTypeId}_${ids[0]}`, askWatched(snapshot, items, ids)]),
    )
    return Object.fromEntries(questions)
  },
  /** Of an invoice its stages say what its own means. */
  about(subject, snapshot) {
    const item = snapshot.watched.get(refKey(subject))?.item
    const ofStages =
      item?.entityTypeId === INVOICE ? ([`stages ${stageEntityId(INVOICE, item.categoryId)}`] as const) : []
    return [`watched ${refKey(subject)}`, ...ofStages]
  },
  needs: () => [],
  toFacts(subject, { row, entered }, { snapshot, changes, timing, now }) {
    const watched = snapshot.watched.get(refKey(subject))
    const change = changes.get(refKey(subject))
    if (!watched || !change) return { state: 'gone', reason: 'item-gone' }
    const seen = { heardAt: row.created_at, seenAt: now.toISOString() }
    if (entered !== null) return { state: 'found', ...enteredFacts(watched, snapshot, entered, seen) }
    if (change.awaitsMove) {
      const at = new Date(now.getTime() + timing.settleSeconds * 1000)
      return { state: 'later', at, reason: ITEM_IN_FLIGHT, waitsFor: ITEM_IN_FLIGHT }
    }
    return { state: 'found', ...itemFacts(watched, snapshot, change, seen) }
  },
  lists(triggers) {
    const ofFields = triggers.filter(({ kind }) => kind === 'field-changed')
    const types = [...new Set(ofFields.map(({ entityTypeId }) => entityTypeId))]
    const ofStages = types.filter((entityTypeId) => entityTypeId !== ESTIMATE && watchStages(triggers, entityTypeId))
    return [
      ...(triggers.some(({ kind }) => kind === 'payment-received') ? [payments] : []),
      ...types.map(changedItems),
      ...ofStages.map(changedStages),
    ]
  },
}
