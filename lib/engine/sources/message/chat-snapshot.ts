import type { FactsResult } from '../../events/facts-result.ts'
import type { Dialog, History } from './parse.ts'

/** What the portal told of conversations in one turn. A key that is missing was not asked for. */
export type ChatSnapshot = {
  /** By user code; null: we are shown no such chat. */
  dialogs: Map<string, Dialog | null>
  /** By session; null: there is none, `denied`: nobody of ours may read it. */
  histories: Map<string, History | 'denied' | null>
  /** The activities of sessions; null: CRM knows nothing of the conversation (yet). */
  sessions: Map<string, number | null>
  /** Conversations that the same people had before, the newest first, by user code. */
  earlier: Map<string, string[]>
  /** What events of messages tell, by job's row. */
  messages: Map<number, FactsResult>
}

export function emptyChatSnapshot(): ChatSnapshot {
  return { dialogs: new Map(), histories: new Map(), sessions: new Map(), earlier: new Map(), messages: new Map() }
}
