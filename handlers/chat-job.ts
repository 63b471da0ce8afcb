import type { Db } from '../lib/store/database.ts'
import type { NewJob } from '../lib/store/jobs.ts'
import { listEnabledOfKinds } from '../lib/store/triggers.ts'
import { chatEventPayloads } from '../lib/triggers/chat-event.ts'
import { chatData } from './http/event-data.ts'
import type { PortalEvent } from './http/read-event.ts'

/**
 * The jobs of the messages that a chat event tells, one each. What customers write is never stored: a job says which of the
 * enabled triggers' own texts the message contains, and so nothing has to be asked about one that contains none.
 */
export async function chatJobs(db: Db, { event, ts, auth }: PortalEvent, body: string, now: Date): Promise<NewJob[]> {
  const portal = auth.member_id
  const triggers = await listEnabledOfKinds(db, portal, ['chat-message'])
  const messages = chatEventPayloads(chatData(body), triggers)
  const chatJob = (name: string, data: object): NewJob => {
    return { portal, type: 'notice', dedupKey: `${event}:${name}`, body: { event, data, ts }, dueAt: now }
  }
  if (messages.length === 0) return [chatJob('unreadable', {})]
  return messages.map((message) => chatJob(`${message.userCode}:${message.externalId}`, message))
}
