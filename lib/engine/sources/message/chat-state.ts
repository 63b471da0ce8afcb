import { chatOf } from '../../../domain/chat-names.ts'
import { type ChannelSource, listChannels, upsertChannel } from '../../../store/channels.ts'
import {
  addSeenMessages,
  type Conversation,
  findConversations,
  findSeenMessages,
  type SeenMessage,
  upsertConversations,
} from '../../../store/conversations.ts'
import type { Db } from '../../../store/database.ts'
import { kinds } from '../../../triggers/index.ts'
import type { JobContext } from '../../context.ts'
import type { Evaluation } from '../../decide/evaluation.ts'

/** What one turn knows and learns of conversations and channels; it is kept when the turn is committed. */
export type ChatState = {
  /** By session: as it was when the turn began, and as it is now. */
  conversations: Map<string, { before: Conversation | null; now: Conversation }>
  channels: Map<string, ChannelSource>
  changedChannels: Set<string>
  /** Messages that events told of before, as `chat messenger's id`. */
  seenBefore: Set<string>
  /** How many these were, by chat. */
  countBefore: Map<string, number>
  /** Messages that events told of in this turn, with their jobs' rows. */
  seen: (SeenMessage & { jobId: number })[]
}

/** A turn that knows nothing: no trigger needs it. */
export function emptyChatState(): ChatState {
  return {
    conversations: new Map(),
    channels: new Map(),
    changedChannels: new Set(),
    seenBefore: new Set(),
    countBefore: new Map(),
    seen: [],
  }
}

/** Begins a turn with what is known of these conversations, and of all channels. */
export async function loadChatState(
  { db, portal: { memberId } }: JobContext,
  wanted: { sessions?: readonly string[]; activities?: readonly number[]; userCodes?: readonly string[] },
): Promise<ChatState> {
  const chats = (wanted.userCodes ?? []).map(chatOf)
  const known = await findConversations(db, memberId, wanted)
  const channels = await listChannels(db, memberId)
  const seen = await findSeenMessages(db, memberId, chats)
  return {
    ...emptyChatState(),
    conversations: new Map(known.map((now) => [now.sessionId, { before: now, now }])),
    channels: new Map(channels.map((channel) => [channel.channelId, channel])),
    seenBefore: new Set(seen.map(messageName)),
    countBefore: new Map([...Map.groupBy(seen, ({ chat }) => chat)].map(([chat, messages]) => [chat, messages.length])),
  }
}

/** What a message is called among all that events told of. */
export function messageName({ chat, externalId }: Pick<SeenMessage, 'chat' | 'externalId'>): string {
  return `${chat} ${externalId}`
}

/** Loads further conversations into the turn. */
export async function addSessions(
  chatState: ChatState,
  { db, portal }: JobContext,
  sessions: readonly string[],
): Promise<void> {
  const missing = sessions.filter((session) => !chatState.conversations.has(session))
  for (const now of await findConversations(db, portal.memberId, { sessions: missing })) {
    chatState.conversations.set(now.sessionId, { before: now, now })
  }
}

/** Changes what is known of a conversation. A new one needs its user code and channel. */
export function recordConversation(
  chatState: ChatState,
  sessionId: string,
  change: Partial<Conversation> & Pick<Conversation, 'userCode' | 'channelId'>,
): void {
  const { before, now } = chatState.conversations.get(sessionId) ?? { before: null, now: null }
  const blank = { activityId: null, status: null, updatedAt: null, acceptedAt: null, lastMessageId: null }
  chatState.conversations.set(sessionId, { before, now: { sessionId, ...blank, ...now, ...change } })
}

/** Channels of a portal that are kept: one of somebody's own may tell of any number. */
const MOST_CHANNELS = 1000

export function recordChannel({ channels, changedChannels }: ChatState, channel: ChannelSource): void {
  const { channelId } = channel
  if (channels.has(channelId) || channels.size < MOST_CHANNELS) changedChannels.add(channelId)
  channels.set(channelId, channel)
}

/** Did the turn learn anything of conversations that has to be stored? */
export function hasLearnt({ conversations, changedChannels, seen }: ChatState): boolean {
  const isChanged = [...conversations.values()].some(({ before, now }) => before !== now)
  return isChanged || changedChannels.size > 0 || seen.length > 0
}

/**
 * Keeps what the turn learnt. Conversations and messages of deferred cases are not marked as seen: else they would be old news when
 * they are looked at again. But when a conversation was accepted is dated best now.
 */
export async function saveChatState(
  tx: Db,
  portal: string,
  chatState: ChatState,
  now: Date,
  deferred: Iterable<Evaluation> = [],
): Promise<void> {
  const again = [...deferred].filter(({ occurrence }) => kinds[occurrence.kind].group === 'channels')
  const sessions = new Set(again.map(({ occurrence }) => String(occurrence.facts.sessionId)))
  const rows = new Set(again.map(({ jobId }) => jobId))
  const changed = [...chatState.conversations.values()].filter(({ before, now }) => before !== now)
  const conversations = changed.map(({ before, now }) => {
    if (!sessions.has(now.sessionId)) return now
    const { status = null, updatedAt = null, lastMessageId = null, proof } = before ?? {}
    const { proof: _proof, ...rest } = now
    return { ...rest, status, updatedAt, lastMessageId, ...(proof && { proof }) }
  })
  await upsertConversations(tx, portal, conversations, now)
  for (const id of chatState.changedChannels) {
    const channel = chatState.channels.get(id)
    if (channel) await upsertChannel(tx, portal, channel)
  }
  const seen = chatState.seen.filter(({ jobId }) => !rows.has(jobId))
  await addSeenMessages(tx, portal, seen)
}
