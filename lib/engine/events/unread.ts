import { stageEntityId } from '../../bitrix24/directory/stages.ts'
import { Gone } from '../../bitrix24/errors/errors.ts'
import { INVOICE, refKey } from '../../domain/entity-types.ts'
import { type Fate, waitOut } from '../../queue/job-outcomes.ts'
import { isConversation } from '../../triggers/chat.ts'
import { isSubmission } from '../../triggers/form-submitted.ts'
import type { KindCode } from '../../triggers/kind.ts'
import { type About, passing, refusal } from '../snapshot/failures.ts'
import type { Reading } from '../snapshot/snapshot.ts'
import type { Notice } from './parse-event.ts'

/** A subject that is refused for good is asked for so often: it may be a hiccup that nobody knows. */
const TRIES = 5

/** What kinds need to recognise something in a notice, beside its subject. Where it is refused for good they do without. */
type Need = { about: readonly About[]; kinds: readonly KindCode[] }

const OF_CONVERSATIONS = ['chat-accepted', 'chat-accept-time', 'chat-message'] as const

/**
 * What becomes of the row of a notice that could not be read, or not wholly; null: it could. What cannot be had now is waited for, as long
 * as it takes; a subject that is refused again and again is parked. `random` is one for all rows of a turn, so that they stay together.
 */
export function fateOfUnread(notice: Notice, reading: Reading, now: Date, random: number): Fate | null {
  const { subject, row } = notice
  const wait = (error: Parameters<typeof waitOut>[2]): Fate => ({
    state: 'later',
    ...waitOut(now, row.attempts, error, () => random),
  })
  const abouts = [...aboutSubject(notice), ...needsOf(notice, reading).flatMap(({ about }) => about)]
  const trouble = passing(reading.failures, abouts)
  if (trouble !== null) return wait(trouble)
  const refused = refusal(reading.failures, aboutSubject(notice))
  if (refused === null) return null
  if (refused instanceof Gone) return { state: 'done', reason: `${subject.type}-gone` }
  return row.attempts + 1 < TRIES ? wait(refused) : { state: 'parked', reason: `${refused.name} ${refused.code}` }
}

/** The kinds that have all they need; the others are not heard yet. */
export function readyKinds(notice: Notice, kinds: readonly KindCode[], reading: Reading): KindCode[] {
  if (aboutSubject(notice).some((about) => reading.failures.has(about))) return []
  const waiting = needsOf(notice, reading).filter(({ about }) => passing(reading.failures, about) !== null)
  return kinds.filter((kind) => !waiting.some((need) => need.kinds.includes(kind)))
}

/** Calls and messages are recognised in any case: their events tell enough. */
function aboutSubject({ subject }: Notice): About[] {
  if (subject.type === 'activity') return [`activity ${subject.id}`]
  return subject.type === 'item' ? [`watched ${refKey(subject)}`] : []
}

function needsOf({ subject }: Notice, reading: Reading): Need[] {
  if (subject.type === 'call') {
    const about = [`call ${subject.callId}`, `callactivity ${subject.callId}`] as const
    return [{ about, kinds: ['call-missed', 'call-inbound', 'call-outbound'] }]
  }
  if (subject.type === 'message') {
    const session = reading.dialogs.get(subject.userCode)?.sessionId
    const about = [`dialog ${subject.userCode}` as const, ...(session === undefined ? [] : aboutSession(session))]
    return [{ about, kinds: ['chat-message'] }]
  }
  if (subject.type === 'item') {
    const item = reading.watched.get(refKey(subject))?.item
    if (item?.entityTypeId !== INVOICE) return []
    return [{ about: [`stages ${stageEntityId(INVOICE, item.categoryId)}`], kinds: ['payment-received'] }]
  }
  const activity = reading.activities.get(subject.id)
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
