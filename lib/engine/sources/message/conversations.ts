import type { PortalClient } from '../../../bitrix24/client/portal-clients.ts'
import { idText } from '../../../domain/portal-texts.ts'
import type { ReadyTrigger } from '../../../domain/trigger.ts'
import { parseJob } from '../../../queue/read-body.ts'
import { findDueEvents } from '../../../store/job-queries.ts'
import { isAnswered, isConversation, isIncoming } from '../../../triggers/chat.ts'
import type { JobContext } from '../../context.ts'
import { eventBodySchema, parseEvent } from '../../events/parse-event.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import type { ActivityRow } from '../activity/activity-facts.ts'
import { type AcceptanceClues, acceptanceTime, isAmbiguous } from './acceptance-time.ts'
import { addSessions, type ChatState, recordConversation } from './chat-state.ts'
import { readConversations } from './fetch-conversations.ts'
import type { History } from './parse.ts'

const ADDED = 'ONCRMACTIVITYADD'
const UPDATED = 'ONCRMACTIVITYUPDATE'

/**
 * Compares the conversations among these activities with how they were last seen, adds to the snapshot what came of it, and notes
 * how they are now: so an update that changes nothing is no news. Who wrote first in a new one, and what may be dated in more than one
 * way, is looked up in the histories, in one request.
 */
export async function syncConversations(
  context: JobContext,
  client: PortalClient,
  snapshot: PortalSnapshot,
  chatState: ChatState,
  { activities, triggers }: { activities: readonly number[]; triggers: readonly ReadyTrigger[] },
): Promise<void> {
  const seen = activities.flatMap((id) => {
    const activity = snapshot.activities.get(id)
    return activity && isConversation(activity) ? [activity] : []
  })
  if (seen.length === 0) return
  await addSessions(chatState, context, seen.map(sessionOf))
  const accepted = triggers.some(isOfAcceptances) ? seen.filter((activity) => isAcceptance(chatState, activity)) : []
  const clues = await cluesOf(context, chatState, accepted)
  const isUnclear = ({ id }: ActivityRow) => {
    const clue = clues.get(id)
    return clue !== undefined && isAmbiguous(clue)
  }
  const unclear = seen.filter((activity) => isUnclear(activity) || isNew(chatState, activity, triggers))
  await readConversations(client, snapshot, { histories: unclear.map(sessionOf), activities: [] })
  for (const activity of seen) {
    const session = sessionOf(activity)
    // Nothing is known of it yet: what was seen before stays as it was seen.
    if (snapshot.failures.get(`history ${session}`)?.retriable) continue
    const before = chatState.conversations.get(session)?.now ?? null
    const clue = clues.get(activity.id)
    const history = snapshot.histories.get(session)
    const dated = clue ? acceptanceTime(clue, isReadable(history) ? history : null) : null
    const acceptedAt = before?.acceptedAt ?? dated
    const begunBy = before?.begunBy ?? beginnerOf(history)
    const unansweredAt = before?.status == null ? null : before.updatedAt
    const conversation = { lastStatus: before?.status ?? null, acceptedAt, unansweredAt, begunBy }
    snapshot.activities.set(activity.id, { ...activity, conversation })
    recordConversation(chatState, session, {
      ...(begunBy !== null && { begunBy }),
      userCode: userCodeOf(activity) ?? before?.userCode ?? '',
      channelId: before?.channelId ?? activity.providerTypeId,
      activityId: activity.id,
      status: activity.resultStatus,
      updatedAt: activity.lastUpdated,
      acceptedAt,
    })
  }
}

function userCodeOf({ providerParams }: ActivityRow): string | undefined {
  return idText.safeParse(providerParams.USER_CODE).data
}

/** Who wrote first is not known of it, and some trigger asks. */
function isNew(chatState: ChatState, activity: ActivityRow, triggers: readonly ReadyTrigger[]): boolean {
  const before = chatState.conversations.get(sessionOf(activity))?.now
  if (!isIncoming(activity) || before?.begunBy !== undefined) return false
  const channelId = before?.channelId ?? activity.providerTypeId
  return triggers.some((trigger) => {
    const { fields } = trigger
    return isOfConversations(trigger) && (!fields.channelId || fields.channelId === channelId)
  })
}

/**
 * Who wrote first. A connector may have copied what a manager wrote on the telephone (`triggers.md`, Open Channels). Where nothing was
 * written yet it stays open; where nobody may read it, the portal's word counts.
 */
function beginnerOf(history: History | 'denied' | null | undefined): 'customer' | 'connector' | null {
  if (history === undefined) return null
  if (!isReadable(history)) return 'customer'
  const first = history.messages.find(({ author }) => author === 'customer' || author === 'connector')?.author
  return first === 'customer' || first === 'connector' ? first : null
}

/** The kind needs to know who began conversations. */
export function isOfConversations({ kind }: Pick<ReadyTrigger, 'kind'>): boolean {
  return kind === 'chat-first-message' || isOfAcceptances({ kind })
}

/** The kind needs to know when conversations were accepted. */
function isOfAcceptances({ kind }: Pick<ReadyTrigger, 'kind'>): boolean {
  return kind === 'chat-accepted' || kind === 'chat-accept-time'
}

/** So many histories are read for a rehearsal. */
const REHEARSED = 50

/**
 * Looks through past conversations, the newest, as a sweep does: who wrote first, and when they were accepted by the first employee's
 * message.
 */
export async function readHistoryBack(
  client: PortalClient,
  snapshot: PortalSnapshot,
  { kind }: Pick<ReadyTrigger, 'kind'>,
): Promise<void> {
  const rows = [...snapshot.activities.values()].flatMap((row) => (row && isIncoming(row) ? [row] : []))
  const wanted = isOfAcceptances({ kind }) ? rows.filter(({ resultStatus }) => isAnswered(resultStatus)) : rows
  const newest = wanted.sort((a, b) => b.created.localeCompare(a.created)).slice(0, REHEARSED)
  await readConversations(client, snapshot, { histories: newest.map(sessionOf), activities: [] })
  for (const activity of newest) {
    const { created, lastUpdated } = activity
    const history = snapshot.histories.get(sessionOf(activity))
    const clues = { created, lastUpdated, unansweredAt: null, noticedAt: null }
    const acceptedAt = acceptanceTime(clues, isReadable(history) ? history : null)
    const conversation = { lastStatus: null, acceptedAt, unansweredAt: null, begunBy: beginnerOf(history) }
    snapshot.activities.set(activity.id, { ...activity, conversation })
  }
}

function sessionOf({ associatedEntityId }: ActivityRow): string {
  return associatedEntityId
}

export function isReadable(history: History | 'denied' | null | undefined): history is History {
  return history !== undefined && history !== null && history !== 'denied'
}

function isAcceptance(chatState: ChatState, activity: ActivityRow): boolean {
  const before = chatState.conversations.get(activity.associatedEntityId)?.now
  if (!isIncoming(activity) || !isAnswered(activity.resultStatus)) return false
  return !isAnswered(before?.status ?? null) && !before?.acceptedAt
}

/**
 * What is known of these acceptances. All events that wait count, not only those of this turn: a request that failed may have
 * parted them. That an activity was added is no update: nobody had taken it then.
 */
async function cluesOf(
  { db, portal }: JobContext,
  chatState: ChatState,
  accepted: readonly ActivityRow[],
): Promise<Map<number, AcceptanceClues>> {
  const subjects = accepted.flatMap(({ id }) => [`${ADDED}:${id}`, `${UPDATED}:${id}`])
  const rows = await findDueEvents(db, portal.memberId, subjects)
  const events = rows.flatMap((row) => {
    const job = parseJob(eventBodySchema, row)
    const event = job && parseEvent(job)
    return event !== null && typeof event !== 'string' && event.source === 'event' ? [event] : []
  })
  return new Map(
    accepted.map(({ id, associatedEntityId, created, lastUpdated }) => {
      const ofActivity = events.filter(({ subject }) => subject.type === 'activity' && subject.id === id)
      const updates = ofActivity.flatMap(({ payload, times }) => (payload.event === UPDATED ? times : []))
      const before = chatState.conversations.get(associatedEntityId)?.now
      const unansweredAt = before?.status == null ? null : before.updatedAt
      return [id, { created, lastUpdated, unansweredAt, noticedAt: ofActivity.length > 0 ? updates : null }]
    }),
  )
}
