import { stageEntityId } from '../../bitrix24/directory/stages.ts'
import { NotFoundError } from '../../bitrix24/errors/errors.ts'
import { INVOICE, refKey } from '../../domain/entity-types.ts'
import type { KindCode } from '../../domain/kind-code.ts'
import { type JobOutcome, snoozeOnError } from '../../queue/job-outcomes.ts'
import { isConversation } from '../../triggers/chat.ts'
import { isSubmission } from '../../triggers/form-submitted.ts'
import { type About, passing, refusal } from '../snapshot/failures.ts'
import type { PortalSnapshot } from '../snapshot/snapshot.ts'
import type { InboundEvent } from './parse-event.ts'

/** A subject that is refused for good is asked for so often: it may be a hiccup that nobody knows. */
const TRIES = 5

/** What kinds need to recognise something in a notice, beside its subject. Where it is refused for good they do without. */
type Need = { about: readonly About[]; kinds: readonly KindCode[] }

const OF_CONVERSATIONS = ['chat-accepted', 'chat-accept-time', 'chat-message'] as const

/**
 * What becomes of the row of a notice that could not be read, or not wholly; null: it could. What cannot be had now is waited for, as long
 * as it takes; a subject that is refused again and again is parked. `random` is one for all rows of a turn, so that they stay together.
 */
export function fateOfUnread(
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
  const abouts = [...aboutSubject(event, snapshot), ...needsOf(event, snapshot).flatMap(({ about }) => about)]
  const trouble = passing(snapshot.failures, abouts)
  if (trouble !== null) return wait(trouble)
  const refused = refusal(snapshot.failures, aboutSubject(event, snapshot))
  if (refused === null) return null
  // Lists of one type are refused so when it was deleted.
  if (refused instanceof NotFoundError && subject.type === 'item') return { state: 'done', reason: 'item-gone' }
  return row.attempts + 1 < TRIES ? wait(refused) : { state: 'parked', reason: `${refused.name} ${refused.code}` }
}

/** The kinds that have all they need; the others are not heard yet. */
export function readyKinds(event: InboundEvent, kinds: readonly KindCode[], snapshot: PortalSnapshot): KindCode[] {
  if (aboutSubject(event, snapshot).some((about) => snapshot.failures.has(about))) return []
  const waiting = needsOf(event, snapshot).filter(({ about }) => passing(snapshot.failures, about) !== null)
  return kinds.filter((kind) => !waiting.some((need) => need.kinds.includes(kind)))
}

/** Calls and messages are recognised in any case: their events tell enough. Of an invoice its stages say what its own means. */
function aboutSubject({ subject }: InboundEvent, snapshot: PortalSnapshot): About[] {
  if (subject.type === 'activity') return [`activity ${subject.id}`]
  if (subject.type !== 'item') return []
  const item = snapshot.watched.get(refKey(subject))?.item
  const ofStages =
    item?.entityTypeId === INVOICE ? ([`stages ${stageEntityId(INVOICE, item.categoryId)}`] as const) : []
  return [`watched ${refKey(subject)}`, ...ofStages]
}

function needsOf({ subject }: InboundEvent, snapshot: PortalSnapshot): Need[] {
  if (subject.type === 'call') {
    const about = [`call ${subject.callId}`, `callactivity ${subject.callId}`] as const
    return [{ about, kinds: ['call-missed', 'call-inbound', 'call-outbound'] }]
  }
  if (subject.type === 'message') {
    const session = snapshot.dialogs.get(subject.userCode)?.sessionId
    const about = [`dialog ${subject.userCode}` as const, ...(session === undefined ? [] : aboutSession(session))]
    return [{ about, kinds: ['chat-message'] }]
  }
  if (subject.type === 'item') return []
  const activity = snapshot.activities.get(subject.id)
  if (!activity) return []
  return [
    { about: [`body ${activity.id}`], kinds: ['email-link-clicked', 'email-incoming'] },
    { about: isSubmission(activity) ? ['forms'] : [], kinds: ['form-submitted'] },
    { about: isConversation(activity) ? aboutSession(activity.associatedEntityId) : [], kinds: OF_CONVERSATIONS },
  ]
}

function aboutSession(session: string): About[] {
  return [`history ${session}`, `session ${session}`]
}
