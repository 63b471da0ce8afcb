import type { Decision } from '../domain/decision.ts'
import type { Round } from '../queue/job.ts'
import { listActors } from '../store/acting-users.ts'
import type { Db } from '../store/database.ts'
import { journalDecisions } from '../store/decisions.ts'
import { wakeWaitingMoves } from './move/retry-on-access.ts'

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
