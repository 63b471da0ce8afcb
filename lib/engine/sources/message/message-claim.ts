import type { Round } from '../../../queue/job.ts'
import type { Reading } from '../../snapshot/snapshot.ts'
import { chatOf } from './chat-names.ts'
import { type ChatTurn, noteConversation } from './chat-state.ts'
import type { MessageNotice } from './match-messages.ts'
import { isProven, proofAfter } from './message-proof.ts'

/** Is a message whose history may not be read to be believed? Notes how the conversation was counted. */
export function believe(round: Round, reading: Reading, turn: ChatTurn, notice: MessageNotice, at: string): boolean {
  const { subject, row } = notice
  const dialog = reading.dialogs.get(subject.userCode) ?? null
  if (dialog === null) return false
  const { sessionId, channelId, userCode } = dialog
  const conversation = turn.conversations.get(sessionId)?.now
  const counted = { proof: conversation?.proof, told: toldOf(turn, chatOf(subject.userCode)) }
  const activity = reading.activities.get(reading.sessions.get(sessionId) ?? 0)
  const isBelieved = isProven(dialog, activity?.lastUpdated ?? null, { at, heardAt: row.created_at }, counted)
  const proof = proofAfter(dialog, isBelieved, counted, round.clock())
  noteConversation(turn, sessionId, { userCode, channelId: conversation?.channelId ?? channelId, proof })
  return isBelieved
}

/** How many messages of the chat events have told, before this turn and in it. */
function toldOf(turn: ChatTurn, chat: string): number {
  return (turn.toldBefore.get(chat) ?? 0) + turn.heard.filter((one) => one.chat === chat).length
}
