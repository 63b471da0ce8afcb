import type { PortalClient } from '../../bitrix24/client/portal-clients.ts'
import type { ReadyTrigger } from '../../domain/trigger.ts'
import type { Db } from '../../store/database.ts'
import { type SeenForm, TOO_MANY_FORMS, upsertForms } from '../../store/forms.ts'
import type { JobContext } from '../context.ts'
import type { Evaluation } from '../decide/evaluation.ts'
import type { InboundEvent } from '../events/inbound-event.ts'
import { fetchMissing } from '../snapshot/fetch.ts'
import type { PortalSnapshot } from '../snapshot/snapshot.ts'
import { classifyForms } from './activity/forms.ts'
import { readBodies } from './activity/mail-bodies.ts'
import { trackSentMail } from './activity/track-sent-mail.ts'
import { joinRingGroups } from './call/ring-groups.ts'
import { compareFields, type FieldChanges, saveBaselines } from './item/field-changes.ts'
import { invoicePipelines } from './item/item-facts.ts'
import { addShownValues } from './item/shown-values.ts'
import { type ChatState, hasLearnt, saveChatState } from './message/chat-state.ts'
import { type ChatFacts, collectChatFacts, concernsChats } from './message/index.ts'

/** What the sources found out once the first request was answered. */
type Enriched = Readonly<{
  /** How watched items changed, by `entityTypeId:id`. */
  changes: ReadonlyMap<string, FieldChanges>
  forms: readonly SeenForm[]
  chats: ChatFacts
}>

/** What the events and triggers of a turn are. */
type Turn = Readonly<{ events: readonly InboundEvent[]; triggers: readonly ReadyTrigger[]; chatState: ChatState }>

/**
 * Reads what the facts still need: each source adds to the snapshot what it alone knows how to ask for. A source that the turn does not
 * concern does nothing: the condition stands beside its step.
 */
export async function enrich(
  context: JobContext,
  client: PortalClient,
  snapshot: PortalSnapshot,
  { events, triggers, chatState }: Turn,
): Promise<Enriched> {
  if (snapshot.calls.size > 0) await joinRingGroups(context, client, snapshot)
  const callActivities = [...snapshot.calls.values()].flatMap((call) => call?.activityId ?? [])
  await fetchMissing(client, snapshot, { items: [], pipelines: invoicePipelines(snapshot), bindings: callActivities })

  if (snapshot.activities.size > 0) await readBodies(context, client, snapshot, triggers)
  const hasForms = triggers.some(({ kind }) => kind === 'form-submitted')
  const forms = hasForms ? await classifyForms(context, snapshot) : []

  const hasFields = snapshot.watched.size > 0
  const changes = hasFields ? await compareFields(context, snapshot, triggers) : new Map()
  if (hasFields) await addShownValues(context, client, snapshot, changes, triggers)

  const chats = concernsChats(triggers)
    ? await collectChatFacts(context, client, snapshot, chatState, { events, triggers })
    : { scanned: [], waiting: new Map() }
  return { changes, forms, chats }
}

/** Stores what the sources learnt, in the turn's transaction. `rechecked`: items whose changes are compared again. */
export async function saveEnriched(
  tx: Db,
  context: JobContext,
  snapshot: PortalSnapshot,
  { changes, forms }: Enriched,
  { triggers, chatState }: Turn,
  { rechecked, deferred }: { rechecked: ReadonlySet<string>; deferred: Iterable<Evaluation> },
): Promise<void> {
  const { memberId } = context.portal
  await trackSentMail(tx, context, snapshot, triggers)
  if (changes.size > 0) await saveBaselines(tx, memberId, changes, rechecked)
  if (hasLearnt(chatState)) await saveChatState(tx, memberId, chatState, context.clock(), deferred)
  if (await upsertForms(tx, memberId, forms)) context.log.warn({ portal: memberId }, TOO_MANY_FORMS)
}
