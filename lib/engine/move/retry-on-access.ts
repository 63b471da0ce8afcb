import { NO_SERVICE_USER } from '../../store/acting-users.ts'
import type { Db } from '../../store/database.ts'
import { AWAIT_ACCESS } from '../../store/delegations.ts'
import { enqueue, makeDueNow } from '../../store/jobs.ts'

/** A move that waited for a person's access is tried again by itself for so long after the happening (`design.md` 4.3). */
const RETRIED_FOR_MS = 24 * 3600 * 1000

/** What has happened is decided later, but by another clock. */
const CLOCKS_MS = 3600 * 1000

/**
 * The user's access is there: what waits for it goes on, what failed for want of it is tried again; with an administrator's also what
 * would have been made under the installer's name, and what waits for somebody who may read the portal. Called after the access is stored; the first statement waits for a turn that is
 * being committed, so that no decision made without the access slips through.
 */
export async function retryMovesOnAccess(
  db: Db,
  portal: string,
  { userId, admin }: { userId: number; admin: boolean },
  now: Date,
): Promise<void> {
  const standsIn = db
    .selectFrom('trigger')
    .select('id')
    .where('portal', '=', portal)
    .where('if_no_access', '=', 'installer')
  await db
    .updateTable('portal')
    .set((eb) => ({ lease_number: eb.ref('lease_number') }))
    .where('member_id', '=', portal)
    .execute()
  const rows = await db
    .selectFrom('decision')
    .innerJoin('occurrence', (join) =>
      join.onRef('occurrence.portal', '=', 'decision.portal').onRef('occurrence.key', '=', 'decision.occurrence_key'),
    )
    .select('decision.id')
    .where('decision.portal', '=', portal)
    .where('decision.outcome', '=', 'failed')
    .where('decision.reason', '=', 'no-access')
    .where((eb) =>
      eb.or([
        eb('decision.move_user_id', '=', userId),
        eb('decision.on_behalf_of', '=', userId),
        ...(admin ? [eb('decision.trigger_id', 'in', standsIn)] : []),
      ]),
    )
    .where('occurrence.at', '>=', new Date(now.getTime() - RETRIED_FOR_MS).toISOString())
    // So that the rest of the journal is not looked through.
    .where('decision.at', '>=', new Date(now.getTime() - RETRIED_FOR_MS - CLOCKS_MS).toISOString())
    .execute()
  await makeDueNow(db, { portal, type: AWAIT_ACCESS, dedupKeysFrom: `${userId}:` }, now)
  if (admin) await makeDueNow(db, { portal, waitingFor: NO_SERVICE_USER }, now)
  await enqueue(
    db,
    rows.map(({ id }) => ({
      portal,
      type: 'retry-move',
      dedupKey: `decision:${id}`,
      body: { decisionId: id, byHand: false },
      dueAt: now,
    })),
    now,
  )
}
