import { ask } from '../../bitrix24/client/batches.ts'
import { PAGE_ROWS } from '../../bitrix24/client/page-sizes.ts'
import type { PortalClient } from '../../bitrix24/client/portal-clients.ts'
import type { Command, Params } from '../../bitrix24/client/rest.ts'
import type { Decision } from '../../domain/decision.ts'
import type { KindCode } from '../../domain/kind-code.ts'
import type { Occurrence, Ref } from '../../domain/occurrence.ts'
import { mayGuess } from '../../domain/probe.ts'
import type { ReadyTrigger } from '../../domain/trigger.ts'
import type { JobRow } from '../../store/jobs.ts'
import { kinds } from '../../triggers/index.ts'
import { isRetryLater } from '../../triggers/kind.ts'
import type { PortalContext } from '../context.ts'
import type { InboundEvent, Subject } from '../events/inbound-event.ts'
import { matchTriggers } from '../match/match.ts'
import { fetchMissing, fetchSnapshot } from '../snapshot/fetch.ts'
import { labelForms } from '../sources/activity/forms.ts'
import { addBodies, mailsFor } from '../sources/activity/mail-bodies.ts'
import { joinRingGroups } from '../sources/call/ring-groups.ts'
import { planFor, toFacts } from '../sources/index.ts'
import { isOfConversations, readHistoryBack } from '../sources/message/conversations.ts'
import { decisionOf } from './decide.ts'
import { evaluate } from './evaluate.ts'
import type { Evaluation } from './evaluation.ts'

/** What a rehearsal looks at: what happened since a moment (ISO 8601), or what happened to one item. */
export type RehearsalScope = { since: string } | { item: Ref }

export type Rehearsed = { occurrence: Occurrence; decision: Decision }

/** So many activities, the newest first, are looked at; more would cost the portal more than a rehearsal is worth. */
const PAGES = 4

/** Kinds that leave an activity or a call in the portal can be rehearsed; messages, clicks and field changes are gone. */
export function canBeRehearsed(kind: KindCode): boolean {
  const { shape } = kinds[kind]
  return [shape].flat().some((one) => one === 'activity' || one === 'call')
}

/**
 * What a trigger would have decided about what happened before, with the items as they are now. Asks the portal, changes nothing,
 * neither there nor here. The trigger should watch, so that it competes with nobody.
 */
export async function rehearse(
  context: PortalContext,
  client: PortalClient,
  trigger: ReadyTrigger,
  scope: RehearsalScope,
): Promise<Rehearsed[]> {
  const subjects = await listSubjects(client, trigger.kind, scope)
  const snapshot = await fetchSnapshot(client, {
    ...planFor(subjects, [trigger]),
    recipients: trigger.kind === 'email-outgoing',
    bindings: [],
    entityTypeIds: [trigger.entityTypeId],
    pipelines: [trigger],
    forms: trigger.kind === 'form-submitted',
    guess: mayGuess(context.portal.probe),
  })
  await joinRingGroups(context, client, snapshot)
  const bindings = [...snapshot.calls.values()].flatMap((call) => call?.activityId ?? [])
  await fetchMissing(client, snapshot, { items: [], pipelines: [], bindings })
  labelForms(snapshot)
  if (isOfConversations(trigger)) await readHistoryBack(client, snapshot, trigger)
  await addBodies(context, client, snapshot, mailsFor(trigger.kind, snapshot))

  const rehearsed: Rehearsed[] = []
  const evaluations = new Map<string, Evaluation>()
  for (const subject of subjects) {
    const found = toFacts(pastEvent(subject), {
      snapshot: snapshot,
      changes: new Map(),
      timing: context.timing,
      now: context.clock(),
    })
    if (found.state !== 'found') continue
    const result = kinds[trigger.kind].recognise(found.facts)
    if (result === null || isRetryLater(result) || evaluations.has(result.key)) continue
    const { facts, origin } = found
    const occurrence: Occurrence = {
      ...result,
      kind: trigger.kind,
      source: 'rehearsal',
      origin,
      heardAt: facts.heardAt,
    }
    const { matching } = matchTriggers(trigger.kind, result, facts, [trigger])
    if (matching.length === 0) {
      const filtered = { outcome: 'skipped', reason: 'filter', facts: {} } as const
      rehearsed.push({ occurrence, decision: decisionOf({ occurrence }, trigger, null, filtered) })
      continue
    }
    const attempt = context.timing.lateBindingSeconds.length
    const only = 'item' in scope ? { only: scope.item } : {}
    const past = { filtered: [], gone: [], attempt, tries: 0, byHand: true, jobId: 0, ...only }
    evaluations.set(result.key, { occurrence, facts, triggers: matching, ...past })
  }
  for (const evaluation of evaluations.values()) {
    const { decisions, waiting } = await evaluate(context, client, snapshot, [evaluation])
    const trouble = waiting.find((one) => one.trouble)?.trouble
    if (trouble) throw trouble
    rehearsed.push(...decisions.map((decision) => ({ occurrence: evaluation.occurrence, decision })))
  }
  return rehearsed.sort((a, b) => b.occurrence.at.localeCompare(a.occurrence.at))
}

/** Activities and calls of the scope, newest first, in one request. */
async function listSubjects(client: PortalClient, kind: KindCode, scope: RehearsalScope): Promise<Subject[]> {
  const answers = await ask(client, Object.fromEntries(Array.from({ length: PAGES }, (_, page) => pageOf(page, scope))))
  const rows = Object.values(answers).flatMap((answer) => {
    if (!answer.ok) throw answer.error
    return Array.isArray(answer.result) ? (answer.result as Record<string, unknown>[]) : []
  })
  const wantsCalls = [kinds[kind].shape].flat().includes('call')
  const subjects = rows.flatMap(({ ID, ORIGIN_ID }): Subject[] => {
    const id = Number(ID)
    if (!wantsCalls) return [{ type: 'activity', id }]
    const [, callId] = /^VI_(.+)$/.exec(String(ORIGIN_ID)) ?? []
    // Read with its activity, as the statistics may not name it.
    return callId === undefined ? [] : [{ type: 'call', callId, activityId: null }]
  })
  const nameOf = (subject: Subject) => (subject.type === 'call' ? subject.callId : JSON.stringify(subject))
  return [...new Map(subjects.map((subject) => [nameOf(subject), subject])).values()]
}

function pageOf(page: number, scope: RehearsalScope): [string, Command] {
  const filter: Params =
    'since' in scope
      ? { '>=CREATED': scope.since }
      : { BINDINGS: [{ OWNER_TYPE_ID: scope.item.entityTypeId, OWNER_ID: scope.item.id }] }
  const params = { order: { ID: 'DESC' }, filter, select: ['ID', 'ORIGIN_ID'], start: page * PAGE_ROWS }
  return [`page_${page}`, { method: 'crm.activity.list', params }]
}

/** An event that came so long ago that nothing more is waited for. */
function pastEvent(subject: Subject): InboundEvent {
  const row = { created_at: new Date(0).toISOString() } as JobRow
  return { row, payload: { event: '', data: {} }, subject, at: null, times: [], source: 'event', entered: null }
}
