import { chatOf } from '../../../domain/chat-names.ts'
import type { JobContext } from '../../context.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import { type ChatState, recordConversation } from './chat-state.ts'
import type { MessageEvent } from './message-event.ts'
import { isVerified, proofAfter } from './message-proof.ts'

/** Is a message whose history may not be read to be believed? Notes how the conversation was counted. */
export function believe(
  context: JobContext,
  snapshot: PortalSnapshot,
  chatState: ChatState,
  event: MessageEvent,
  at: string,
): boolean {
  const { subject, row } = event
  const dialog = snapshot.dialogs.get(subject.userCode) ?? null
  if (dialog === null) return false
  const { sessionId, channelId, userCode } = dialog
  const conversation = chatState.conversations.get(sessionId)?.now
  const counted = { proof: conversation?.proof, told: reportedCount(chatState, chatOf(subject.userCode)) }
  const activity = snapshot.activities.get(snapshot.sessions.get(sessionId) ?? 0)
  const isBelieved = isVerified(dialog, activity?.lastUpdated ?? null, { at, heardAt: row.created_at }, counted)
  const proof = proofAfter(dialog, isBelieved, counted, context.clock())
  recordConversation(chatState, sessionId, { userCode, channelId: conversation?.channelId ?? channelId, proof })
  return isBelieved
}

/** How many messages of the chat events have told, before this turn and in it. */
function reportedCount(chatState: ChatState, chat: string): number {
  return (chatState.countBefore.get(chat) ?? 0) + chatState.seen.filter((one) => one.chat === chat).length
}
