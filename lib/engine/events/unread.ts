import { NotFoundError } from '../../bitrix24/errors/errors.ts'
import type { KindCode } from '../../domain/kind-code.ts'
import { type JobOutcome, snoozeOnError } from '../../queue/job-outcomes.ts'
import { passing, refusal } from '../snapshot/failures.ts'
import type { PortalSnapshot } from '../snapshot/snapshot.ts'
import { aboutSubject, needsOf } from '../sources/index.ts'
import type { InboundEvent } from './inbound-event.ts'

/** A subject that is refused for good is asked for so often: it may be a hiccup that nobody knows. */
const TRIES = 5

/**
 * What becomes of the row of an event that could not be read, or not wholly; null: it could. What cannot be had now is waited for, as long
 * as it takes; a subject that is refused again and again is parked. `random` is one for all rows of a turn, so that they stay together.
 */
export function unreadOutcome(
  event: InboundEvent,
  snapshot: PortalSnapshot,
  now: Date,
  random: number,
): JobOutcome | null {
  const { subject, row } = event
  const wait = (error: Parameters<typeof snoozeOnError>[2]): JobOutcome => ({
    state: 'later',
    ...snoozeOnError(now, row.attempts, error, () => random),
  })
  const abouts = [
    ...aboutSubject(event.subject, snapshot),
    ...needsOf(event.subject, snapshot).flatMap(({ about }) => about),
  ]
  const trouble = passing(snapshot.failures, abouts)
  if (trouble !== null) return wait(trouble)
  const refused = refusal(snapshot.failures, aboutSubject(event.subject, snapshot))
  if (refused === null) return null
  // Lists of one type are refused so when it was deleted.
  if (refused instanceof NotFoundError && subject.type === 'item') return { state: 'done', reason: 'item-gone' }
  return row.attempts + 1 < TRIES ? wait(refused) : { state: 'parked', reason: `${refused.name} ${refused.code}` }
}

/** The kinds that have all they need; the others are not heard yet. */
export function readyKinds(event: InboundEvent, kinds: readonly KindCode[], snapshot: PortalSnapshot): KindCode[] {
  if (aboutSubject(event.subject, snapshot).some((about) => snapshot.failures.has(about))) return []
  const waiting = needsOf(event.subject, snapshot).filter(({ about }) => passing(snapshot.failures, about) !== null)
  return kinds.filter((kind) => !waiting.some((need) => need.kinds.includes(kind)))
}
