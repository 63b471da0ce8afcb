import type { Decision } from '../domain/decision.ts'
import { listActors } from '../store/acting-users.ts'
import type { Db } from '../store/database.ts'
import { journalDecisions } from '../store/decisions.ts'
import type { JobContext } from './context.ts'
import { retryMovesOnAccess } from './move/retry-on-access.ts'

/** Journals decisions. Where somebody gave access while it was decided that he had not, the move is tried again at once. */
export async function journal(tx: Db, context: JobContext, decisions: Decision[]): Promise<void> {
  const now = context.clock()
  const { memberId } = context.portal
  await journalDecisions(tx, memberId, decisions, now)
  const missed = decisions.flatMap(({ reason, move }) => (reason === 'no-access' && move ? [move] : []))
  if (missed.length === 0) return
  const users = [...new Set(missed.map((move) => move.onBehalfOf ?? move.userId))]
  const { live } = await listActors(tx, context.portal, users, now)
  for (const userId of users) {
    if (live.has(userId)) await retryMovesOnAccess(tx, memberId, { userId, admin: false }, now)
  }
}
