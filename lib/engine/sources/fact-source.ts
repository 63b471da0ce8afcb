import type { KindCode } from '../../domain/kind-code.ts'
import type { ReadyTrigger } from '../../domain/trigger.ts'
import type { Facts } from '../../triggers/facts.ts'
import type { EventPayload } from '../../triggers/kind.ts'
import type { Timing } from '../context.ts'
import type { FactsResult } from '../events/facts-result.ts'
import type { InboundEvent, Subject } from '../events/inbound-event.ts'
import type { About } from '../snapshot/failures.ts'
import type { FetchPlan } from '../snapshot/fetch-plan.ts'
import type { Questions } from '../snapshot/question.ts'
import type { PortalSnapshot } from '../snapshot/snapshot.ts'
import type { FieldChanges } from './item/field-changes.ts'
import type { SweepList } from './sweep-list.ts'

type SubjectOf<Type extends Subject['type']> = Extract<Subject, { type: Type }>

/** What decides whether a trigger needs an event. */
export type Needing = Readonly<{ kind: string; entityTypeId: number }>

/** Events that are bound together: with a scope, and some only while an enabled trigger needs them. */
export type EventGroup = Readonly<{
  scope: string
  neededBy?: (trigger: Needing) => boolean
  events: readonly string[]
}>

/** What kinds need to recognise something in an event, beside its subject. Where it is refused for good they do without. */
export type Need = Readonly<{ about: readonly About[]; kinds: readonly KindCode[] }>

/** What is known when facts are made: what the portal told, how watched items changed, and when. */
export type Seen = Readonly<{
  snapshot: PortalSnapshot
  /** By `entityTypeId:id`. */
  changes: ReadonlyMap<string, FieldChanges>
  timing: Timing
  now: Date
}>

/**
 * Where facts come from. A source says which events it needs, what they point at, what has to be read to see that, how it becomes facts, and
 * in which lists of the portal a sweep finds what no event told. A new source is a folder here and a line in `index.ts`.
 */
export type FactSource<Type extends Subject['type']> = Readonly<{
  type: Type
  /** Shapes of the facts that its subjects lead to: triggers of kinds of other shapes are not read for them. */
  shapes: readonly Facts['shape'][]
  /** The installer binds them, the intake keeps them. */
  events: readonly EventGroup[]
  /** What an event points at; null: it is another source's; `malformed`: its ids are unreadable. */
  parse(event: EventPayload): SubjectOf<Type> | 'malformed' | null
  /** What has to be read that others read too, each subject once. */
  plan?(subjects: readonly SubjectOf<Type>[], triggers: readonly ReadyTrigger[]): Partial<FetchPlan>
  /** What the source alone asks for, in the same request, each subject once; the names of its commands begin with its own. */
  ask?(snapshot: PortalSnapshot, subjects: readonly SubjectOf<Type>[], triggers: readonly ReadyTrigger[]): Questions
  /** Without these answers nothing is known of the subject. */
  about(subject: SubjectOf<Type>, snapshot: PortalSnapshot): readonly About[]
  needs(subject: SubjectOf<Type>, snapshot: PortalSnapshot): readonly Need[]
  /** An event is a hint, the portal is the truth (`design.md` 3, rule 2). */
  toFacts(subject: SubjectOf<Type>, event: InboundEvent, seen: Seen): FactsResult
  /** Lists in which what these triggers wait for leaves traces; none whose events could serve no trigger. */
  lists(triggers: readonly ReadyTrigger[], scope: readonly string[]): readonly SweepList[]
}>
