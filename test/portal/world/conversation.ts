/** One session of an Open Channel (platform.md 5.4, 10.10 to 10.12). */
export interface Conversation {
  sessionId: number
  /** The chat's id in the portal. */
  chatId: number
  channelId: number
  connectorId: string
  /** The chat's id at the messenger's side. */
  externalChatId: string
  /** The customer as a user of the portal. */
  customerId: number
  /** The connector keeps one chat for all who write in a group, under the user 0 (platform.md 5.4). */
  inGroup: boolean
  begunBy: 'customer' | 'employee'
  /** The employee who took it; 0 while nobody did. */
  operatorId: number
  created: Date
  closed: boolean
  activityId: number | null
  messages: ChatMessage[]
}

export interface ChatMessage {
  /** The message's id in the portal. */
  id: number
  /** The id at the messenger's side; only customers' messages have one. */
  externalId: string | null
  /** 0: the system. */
  authorId: number
  date: Date
  text: string
}

/** `connector|line|external chat|customer`, the name of a conversation in CRM (platform.md 10.12). */
export function userCode(conversation: Conversation): string {
  const { connectorId, channelId, externalChatId, customerId, inGroup } = conversation
  return `${connectorId}|${channelId}|${externalChatId}|${inGroup ? 0 : customerId}`
}
