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
  title: 'Chat',
  choice: { label: 'Channel', from: 'channels' },
  acts: {
    'chat-new': {
      label: 'Begins a chat',
      told: 'began a chat.',
      run: (portal, client, channel) => newChat(portal, begunWith(portal, client, channel)),
    },
    'chat-accept': {
      label: 'Sam takes the chat',
      told: 'has Sam in the chat now.',
      run: (portal, client) => acceptChat(portal, conversationWith(portal, client)),
    },
    'chat-telephone': {
      label: 'Sam begins one on his telephone',
      told: 'was written to from Sam’s telephone.',
      run: (portal, client, channel) => newChatFromTelephone(portal, begunWith(portal, client, channel)),
    },
    'chat-transfer': {
      label: 'Sam hands the chat to Ines',
      told: 'has Ines in the chat now.',
      run: (portal, client) => {
        transferChat(portal, conversationWith(portal, client), { toUserId: SEED.users.ines })
      },
    },
    'chat-close': {
      label: 'Sam ends the chat',
      told: 'is done: Sam ended the chat.',
      run: (portal, client) => closeChat(portal, conversationWith(portal, client)),
    },
  },
}

/** What is written in it, also past the portal. */
export const MESSAGE: ActGroup = {
  title: 'Message',
  choice: { label: 'Text', text: 'I would like to order' },
  acts: {
    'chat-message': {
      label: 'Writes it in the chat',
      told: 'wrote in the chat.',
      run: (portal, client, text) => customerMessage(portal, conversationWith(portal, client), text),
    },
    'chat-answer': {
      label: 'Sam writes it',
      who: 'Sam',
      told: 'wrote in the chat.',
      run: (portal, client, text) => operatorMessage(portal, conversationWith(portal, client), text),
    },
    'chat-copied': {
      label: 'Sam writes it on his telephone',
      who: 'Sam',
      told: 'wrote on his telephone, and the connector copied it.',
      run: (portal, client, text) => telephoneMessage(portal, conversationWith(portal, client), text),
    },
    'chat-edit': {
      label: 'Changes the last message to it',
      told: 'changed the last message.',
      run: (portal, client, text) => editMessage(portal, lastMessageOf(portal, client), text),
    },
  },
}

function begunWith(portal: PortalState, client: Client, channel: string): NewChat {
  return { channelId: Number(channel), customerId: chatUserOf(portal, client), phone: client.phone }
}
