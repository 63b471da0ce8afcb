import {
  acceptChat,
  closeChat,
  customerMessage,
  editMessage,
  type NewChat,
  newChat,
  newChatFromTelephone,
  operatorMessage,
  telephoneMessage,
  transferChat,
} from '../../acts/chat.ts'
import { SEED } from '../../seed/names.ts'
import type { PortalState } from '../../state.ts'
import { type Client, chatUserOf, conversationWith, lastMessageOf } from '../clients.ts'
import type { ActGroup } from './act.ts'

/** The way of a conversation in an Open Channel. */
export const CHAT: ActGroup = {
  id: 'chat',
  choice: { label: 'channel', from: 'channels' },
  acts: {
    'chat-new': (portal, client, channel) => newChat(portal, begunWith(portal, client, channel)),
    'chat-accept': (portal, client) => acceptChat(portal, conversationWith(portal, client)),
    'chat-telephone': (portal, client, channel) => newChatFromTelephone(portal, begunWith(portal, client, channel)),
    'chat-transfer': (portal, client) => {
      transferChat(portal, conversationWith(portal, client), { toUserId: SEED.users.ines })
    },
    'chat-close': (portal, client) => closeChat(portal, conversationWith(portal, client)),
  },
}

/** What is written in it, also past the portal. */
export const MESSAGE: ActGroup = {
  id: 'message',
  choice: { label: 'text', text: 'first-text' },
  acts: {
    'chat-message': (portal, client, text) => customerMessage(portal, conversationWith(portal, client), text),
    'chat-answer': (portal, client, text) => operatorMessage(portal, conversationWith(portal, client), text),
    'chat-copied': (portal, client, text) => telephoneMessage(portal, conversationWith(portal, client), text),
    'chat-edit': (portal, client, text) => editMessage(portal, lastMessageOf(portal, client), text),
  },
}

function begunWith(portal: PortalState, client: Client, channel: string): NewChat {
  return { channelId: Number(channel), customerId: chatUserOf(portal, client), phone: client.phone }
}
