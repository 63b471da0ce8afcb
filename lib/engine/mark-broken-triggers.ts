import type { Db } from '../store/database.ts'
import type { Decision } from '../store/decision.ts'
import { markAttention } from '../store/mark-attention.ts'

/** A trigger whose stage is gone cannot work until it is saved again: the board shows it. */
export async function markBrokenTriggers(tx: Db, portal: string, decisions: Decision[], now: Date): Promise<void> {
  for (const { trigger, facts, reason } of decisions) {
    if (reason !== 'stage-gone') continue
    await markAttention(tx, portal, trigger.id, { reason, detail: String(facts.target), since: now.toISOString() })
  }
}
