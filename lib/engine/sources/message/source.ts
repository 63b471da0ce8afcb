import { CHAT_MESSAGE_EVENT, type ChatEvent, parseChatEvent } from '../../../triggers/chat-event.ts'
import type { FactSource } from '../fact-source.ts'
import { aboutSession } from './about-session.ts'

declare module '../../events/inbound-event.ts' {
  interface Subjects {
    message: ChatEvent
  }
}

/** Messages of Open Channels, told by events; those of channels without events are found in histories (`scan-history.ts`). */
export const messageSource: FactSource<'message'> = {
  type: 'message',
  shapes: ['message'],
  events: [{ scope: 'imopenlines', neededBy: ({ kind }) => kind === 'chat-message', events: [CHAT_MESSAGE_EVENT] }],
  parse({ event, data }) {
    if (event !== CHAT_MESSAGE_EVENT) return null
    const message = parseChatEvent(data)
    return message === null ? 'malformed' : { type: 'message', ...message }
  },
  plan: (subjects) => ({ chats: [...new Set(subjects.map(({ userCode }) => userCode))] }),
  // Messages are recognised in any case: their events tell enough.
  about: () => [],
  needs({ userCode }, snapshot) {
    const session = snapshot.dialogs.get(userCode)?.sessionId
    const about = [`dialog ${userCode}` as const, ...(session === undefined ? [] : aboutSession(session))]
    return [{ about, kinds: ['chat-message'] }]
  },
  toFacts: (_subject, { row }, { snapshot }) =>
    snapshot.messages.get(row.id) ?? { state: 'gone', reason: 'message-gone' },
  // Histories are read by `poll-chats`.
  lists: () => [],
}
