import { addHeardMessages, type HeardMessage } from '../store/add-heard-messages.ts'
import type { Conversation } from '../store/conversation.ts'
import type { Db } from '../store/database.ts'
import { findConversations } from '../store/find-conversations.ts'
import { keepChannel } from '../store/keep-channel.ts'
import { keepConversations } from '../store/keep-conversations.ts'
import { type ChannelSource, listChannels } from '../store/list-channels.ts'
import type { Round } from './job.ts'

/** What one turn knows and learns of conversations and channels; it is kept when the turn is committed. */
export type ChatTurn = {
  /** By session: as it was when the turn began, and as it is now. */
  conversations: Map<string, { before: Conversation | null; now: Conversation }>
  channels: Map<string, ChannelSource>
  changedChannels: Set<string>
  /** Messages that events told of and that were nothing to any trigger. */
  heard: HeardMessage[]
}

/** A turn that knows nothing: no trigger needs it. */
export function emptyChatTurn(): ChatTurn {
  return { conversations: new Map(), channels: new Map(), changedChannels: new Set(), heard: [] }
}

/** Begins a turn with what is known of these conversations, and of all channels. */
export async function beginChatTurn(
  { db, portal: { memberId } }: Round,
  wanted: { sessions?: readonly string[]; activities?: readonly number[] },
): Promise<ChatTurn> {
  const known = await findConversations(db, memberId, wanted)
  const channels = await listChannels(db, memberId)
  return {
    ...emptyChatTurn(),
    conversations: new Map(known.map((now) => [now.sessionId, { before: now, now }])),
    channels: new Map(channels.map((channel) => [channel.channelId, channel])),
  }
}

/** Loads further conversations into the turn. */
export async function addSessions(turn: ChatTurn, { db, portal }: Round, sessions: readonly string[]): Promise<void> {
  const missing = sessions.filter((session) => !turn.conversations.has(session))
  for (const now of await findConversations(db, portal.memberId, { sessions: missing })) {
    turn.conversations.set(now.sessionId, { before: now, now })
  }
}

/** Changes what is known of a conversation. A new one needs its user code and channel. */
export function noteConversation(
  turn: ChatTurn,
  sessionId: string,
  change: Partial<Conversation> & Pick<Conversation, 'userCode' | 'channelId'>,
): void {
  const { before, now } = turn.conversations.get(sessionId) ?? { before: null, now: null }
  const blank = { activityId: null, status: null, updatedAt: null, acceptedAt: null }
  const unread = { lastMessageId: null, lastMessageAt: null }
  turn.conversations.set(sessionId, { before, now: { sessionId, ...blank, ...unread, ...now, ...change } })
}

export function noteChannel(turn: ChatTurn, channel: ChannelSource): void {
  turn.channels.set(channel.channelId, channel)
  turn.changedChannels.add(channel.channelId)
}

/**
 * Keeps what the turn learnt. Conversations that are looked at again because their item was busy are not marked as seen: else their
 * acceptance or message would be old news by then. But when it was accepted is dated best now.
 */
export async function keepChatTurn(
  tx: Db,
  portal: string,
  turn: ChatTurn,
  lookedAtAgain: ReadonlySet<string> = new Set(),
): Promise<void> {
  const changed = [...turn.conversations.values()].filter(({ before, now }) => before !== now)
  const conversations = changed.map(({ before, now }) => {
    if (!lookedAtAgain.has(now.sessionId)) return now
    const { status = null, updatedAt = null, lastMessageId = null, lastMessageAt = null } = before ?? {}
    return { ...now, status, updatedAt, lastMessageId, lastMessageAt }
  })
  await keepConversations(tx, portal, conversations)
  for (const id of turn.changedChannels) {
    const channel = turn.channels.get(id)
    if (channel) await keepChannel(tx, portal, channel)
  }
  await addHeardMessages(tx, portal, turn.heard)
}
