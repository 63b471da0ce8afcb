import type { PortalClient } from '../portal/types.ts'
import { isAnswered, isBegunByCustomer, isConversation } from '../triggers/chat.ts'
import type { ReadyTrigger } from '../triggers/trigger.ts'
import { type AcceptanceClues, acceptanceTime, isAmbiguous } from './acceptance.ts'
import type { ActivityRow } from './activity-facts.ts'
import { readConversations } from './chat-reading.ts'
import type { History } from './chat-rows.ts'
import { addSessions, type ChatTurn, noteConversation } from './chat-turn.ts'
import type { Round } from './job.ts'
import type { Reading } from './reading.ts'

/**
 * Compares the conversations among these activities with how they were last seen, adds to the reading what came of it, and notes
 * how they are now: so an update that changes nothing is no news. `noticed` says of each activity when the portal told of its
 * updates; null: it was found by a sweep. What may be dated in more than one way is looked up in the histories, in one request.
 */
export async function seeConversations(
  round: Round,
  client: PortalClient,
  reading: Reading,
  turn: ChatTurn,
  { noticed, triggers }: { noticed: ReadonlyMap<number, readonly string[] | null>; triggers: readonly ReadyTrigger[] },
): Promise<void> {
  const seen = [...noticed.keys()].flatMap((id) => {
    const activity = reading.activities.get(id)
    return activity && isConversation(activity) ? [activity] : []
  })
  if (seen.length === 0) return
  const sessionOf = (activity: ActivityRow) => activity.associatedEntityId
  await addSessions(turn, round, seen.map(sessionOf))
  const isDated = triggers.some(({ kind }) => kind === 'chat-accepted' || kind === 'chat-accept-time')
  const accepted = isDated ? seen.filter((activity) => isAcceptance(turn, activity)) : []
  const clues = new Map(accepted.map((activity) => [activity.id, cluesOf(turn, activity, noticed.get(activity.id))]))
  const unclear = accepted.filter(({ id }) => isAmbiguous(clues.get(id) as AcceptanceClues))
  await readConversations(client, reading, { histories: unclear.map(sessionOf), activities: [] })
  for (const activity of seen) {
    const session = sessionOf(activity)
    const before = turn.conversations.get(session)?.now ?? null
    const clue = clues.get(activity.id)
    const history = reading.histories.get(session)
    const dated = clue ? acceptanceTime(clue, isReadable(history) ? history : null) : null
    const acceptedAt = before?.acceptedAt ?? dated
    const conversation = { lastStatus: before?.status ?? null, acceptedAt }
    reading.activities.set(activity.id, { ...activity, conversation })
    noteConversation(turn, session, {
      userCode: String(activity.providerParams.USER_CODE ?? before?.userCode ?? ''),
      channelId: before?.channelId ?? activity.providerTypeId,
      activityId: activity.id,
      status: activity.resultStatus,
      updatedAt: activity.lastUpdated,
      acceptedAt,
    })
  }
}

export function isReadable(history: History | 'denied' | null | undefined): history is History {
  return history !== undefined && history !== null && history !== 'denied'
}

function isAcceptance(turn: ChatTurn, activity: ActivityRow): boolean {
  const before = turn.conversations.get(activity.associatedEntityId)?.now
  if (!isBegunByCustomer(activity) || !isAnswered(activity.resultStatus)) return false
  return !isAnswered(before?.status ?? null) && !before?.acceptedAt
}

function cluesOf(
  turn: ChatTurn,
  { associatedEntityId, created, lastUpdated }: ActivityRow,
  noticedAt: readonly string[] | null = null,
): AcceptanceClues {
  const before = turn.conversations.get(associatedEntityId)?.now
  return { created, lastUpdated, unansweredAt: before?.status == null ? null : before.updatedAt, noticedAt }
}
