import { addWork } from './add-work.ts'
import type { Db } from './database.ts'

/** A move that waited for a person's access is tried again by itself for so long after the happening (`design.md` 4.3). */
const RETRIED_FOR_MS = 24 * 3600 * 1000

/** The user has given access: what failed for want of it is tried again. */
export async function wakeWaitingMoves(db: Db, portal: string, userId: number, now: Date): Promise<void> {
  const rows = await db
    .selectFrom('decision')
    .innerJoin('occurrence', (join) =>
      join.onRef('occurrence.portal', '=', 'decision.portal').onRef('occurrence.key', '=', 'decision.occurrence_key'),
    )
    .select('decision.id')
    .where('decision.portal', '=', portal)
    .where('decision.outcome', '=', 'failed')
    .where('decision.reason', '=', 'no-access')
    .where('decision.move_user_id', '=', userId)
    .where('occurrence.at', '>=', new Date(now.getTime() - RETRIED_FOR_MS).toISOString())
    .execute()
  await addWork(
    db,
    rows.map(({ id }) => ({
      portal,
      kind: 'retry-move',
      subject: `decision:${id}`,
      body: { decisionId: id, byHand: false },
      dueAt: now,
    })),
    now,
  )
}
