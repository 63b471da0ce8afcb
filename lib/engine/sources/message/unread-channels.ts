import { ask } from '../../../bitrix24/client/batches.ts'
import type { PortalClient } from '../../../bitrix24/client/portal-clients.ts'
import { chatOf } from '../../../domain/chat-names.ts'
import { findSeenMessages } from '../../../store/conversations.ts'
import type { JobContext } from '../../context.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import { type ChatState, recordConversation } from './chat-state.ts'
import { parseDialog } from './parse.ts'

/** So long after its last change all events of a conversation have come, milliseconds. */
const QUIET_MS = 60_000

/**
 * Counts the messages of conversations that may not be read and rest: what a bot, the system or an employee wrote, of which no event
 * tells, must not pass for a customer's message later (`message-proof.ts`). The portal answers with the chat, whose present conversation
 * may be a later one that does not rest: that one is not counted.
 */
export async function countUnread(
  context: JobContext,
  client: PortalClient,
  snapshot: PortalSnapshot,
  chatState: ChatState,
  sessions: readonly string[],
): Promise<void> {
  const now = context.clock()
  const resting = sessions.filter((session) => {
    const activity = snapshot.activities.get(snapshot.sessions.get(session) ?? 0)
    const isQuiet = activity && now.getTime() - Date.parse(activity.lastUpdated) >= QUIET_MS
    return snapshot.histories.get(session) === 'denied' && isQuiet
  })
  if (resting.length === 0) return
  const commands = resting.map((session) => {
    return [`count_${session}`, { method: 'imopenlines.dialog.get', params: { SESSION_ID: session } }] as const
  })
  const answers = Object.values(await ask(client, Object.fromEntries(commands)))
  const present = answers.flatMap((answer) => (answer.ok ? (parseDialog(answer.result) ?? []) : []))
  const dialogs = present.filter(({ sessionId }) => resting.includes(sessionId))
  const chats = dialogs.map(({ userCode }) => chatOf(userCode))
  const seen = await findSeenMessages(context.db, context.portal.memberId, chats)
  for (const { sessionId, userCode, channelId, messageCount } of dialogs) {
    const reported = seen.filter(({ chat }) => chat === chatOf(userCode)).length
    const proof = { expected: messageCount, told: reported, countedAt: now.toISOString() }
    recordConversation(chatState, sessionId, { userCode, channelId, proof })
  }
}
