import type { Db } from '../store/database.ts'
import type { Decision } from '../store/decision.ts'
import { journalDecisions } from '../store/journal-decisions.ts'
import { listActors } from '../store/list-actors.ts'
import { wakeWaitingMoves } from '../store/wake-waiting-moves.ts'
import type { Round } from './job.ts'

/** Journals decisions. Where somebody gave access while it was decided that he had not, the move is tried again at once. */
export async function journal(tx: Db, round: Round, decisions: Decision[]): Promise<void> {
  const now = round.clock()
  const { memberId } = round.portal
  await journalDecisions(tx, memberId, decisions, now)
  const missed = decisions.flatMap(({ reason, move }) => (reason === 'no-access' && move ? [move] : []))
  if (missed.length === 0) return
  const { live } = await listActors(tx, round.portal, now)
  for (const userId of new Set(missed.map((move) => move.onBehalfOf ?? move.userId))) {
    if (live.has(userId)) await wakeWaitingMoves(tx, memberId, { userId, admin: false }, now)
  }
}
