import type { KindCode } from '../../domain/kind-code.ts'
import type { ReadyTrigger } from '../../domain/trigger.ts'
import { kindCodes, kinds } from '../../triggers/index.ts'
import type { EventPayload } from '../../triggers/kind.ts'
import type { FactsResult } from '../events/facts-result.ts'
import type { InboundEvent, Subject } from '../events/inbound-event.ts'
import type { About } from '../snapshot/failures.ts'
import type { FetchPlan } from '../snapshot/fetch-plan.ts'
import type { Questions } from '../snapshot/question.ts'
import type { PortalSnapshot } from '../snapshot/snapshot.ts'
import { activitySource } from './activity/source.ts'
import { callSource } from './call/source.ts'
import type { EventGroup, FactSource, Need, Seen } from './fact-source.ts'
import { itemSource } from './item/source.ts'
import { messageSource } from './message/source.ts'
import type { SweepList } from './sweep-list.ts'

/** Where facts come from. One that is missing does not compile. Clicks on tracked links are our own: `click/`. */
const sources: { readonly [Type in Subject['type']]: FactSource<Type> } = {
  activity: activitySource,
  call: callSource,
  item: itemSource,
  message: messageSource,
}

const all: readonly FactSource<Subject['type']>[] = Object.values(sources)

/** A subject's own source. */
function sourceOf<Type extends Subject['type']>({ type }: { type: Type }): FactSource<Type> {
  return sources[type]
}

/** All events that point at something, by what they need. */
export const eventGroups: readonly EventGroup[] = all.flatMap(({ events }) => events)

/** What an event points at. `unused`: nothing that a source looks at; `malformed`: it is one's, but its ids are unreadable. */
export function parseSubject(event: EventPayload): Subject | 'unused' | 'malformed' {
  for (const source of all) {
    const subject = source.parse(event)
    if (subject !== null) return subject
  }
  return 'unused'
}

/** The kinds whose triggers these subjects may serve, whatever the triggers' own fields say. */
export function kindsAbout(subjects: readonly Subject[]): KindCode[] {
  const shapes = new Set(subjects.flatMap((subject) => sourceOf(subject).shapes))
  return kindCodes.filter((kind) => [kinds[kind].shape].flat().some((shape) => shapes.has(shape)))
}

/** What has to be read to see these subjects. */
export function planFor(
  subjects: readonly Subject[],
  triggers: readonly ReadyTrigger[],
): Partial<FetchPlan> & Pick<FetchPlan, 'activities' | 'calls'> {
  const plans = all.map((source) => source.plan?.(ofType(subjects, source.type), triggers))
  const ask = (snapshot: PortalSnapshot): Questions =>
    Object.assign({}, ...all.map((source) => source.ask?.(snapshot, ofType(subjects, source.type), triggers)))
  return Object.assign({ activities: [], calls: [], ask }, ...plans)
}

function ofType<Type extends Subject['type']>(
  subjects: readonly Subject[],
  type: Type,
): Extract<Subject, { type: Type }>[] {
  return subjects.filter((subject): subject is Extract<Subject, { type: Type }> => subject.type === type)
}

/** Without these answers nothing is known of the subject. */
export function aboutSubject(subject: Subject, snapshot: PortalSnapshot): readonly About[] {
  return sourceOf(subject).about(subject, snapshot)
}

export function needsOf(subject: Subject, snapshot: PortalSnapshot): readonly Need[] {
  return sourceOf(subject).needs(subject, snapshot)
}

/** What the portal says about the subject of an event, or when it may say more, or that there is nothing to see. */
export function toFacts(event: InboundEvent, seen: Seen): FactsResult {
  return sourceOf(event.subject).toFacts(event.subject, event, seen)
}

/** The lists in which the happenings of these triggers leave traces. */
export function sweepLists(triggers: readonly ReadyTrigger[], scope: readonly string[]): SweepList[] {
  return all.flatMap((source) => source.lists(triggers, scope))
}
