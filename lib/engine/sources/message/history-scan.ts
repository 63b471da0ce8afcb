import type { Source } from '../../../domain/states.ts'
import type { ReadyTrigger } from '../../../domain/trigger.ts'
import type { HistoryMessage } from './parse.ts'

/** A conversation whose history is to be looked through, and on whose account. */
export type HistoryScan = { sessionId: string; channelId: string; source: Source; jobId: number; heardAt: string }

/** What the customer has written since the conversation was last looked through. */
export type ScannedHistory = { scan: HistoryScan; channelId: string; news: HistoryMessage[] }

/** The own texts of the enabled triggers that listen to a channel. */
export function textsFor(triggers: readonly ReadyTrigger[], channelId: string): string[] {
  const listening = triggers.filter(({ kind, fields }) => {
    return kind === 'chat-message' && (!fields.channelId || fields.channelId === channelId)
  })
  return [...new Set(listening.map(({ fields }) => String(fields.text)))]
}
