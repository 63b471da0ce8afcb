import { refKey } from '../../domain/entity-types.ts'
import type { Ref } from '../../domain/occurrence.ts'
import type { Db } from '../../store/database.ts'
import { AWAIT_ACCESS, DELEGATE } from '../../store/delegations.ts'
import { enqueue } from '../../store/jobs.ts'
import type { JobContext } from '../context.ts'
import type { RecheckBody } from '../decide/evaluation.ts'

/** A move that cannot be decided before the portal has said whether it gives us this user's access. */
export type PendingAccess = {
  occurrenceKey: string
  trigger: { id: string; name: string }
  item: Ref
  userId: number
  byHand?: boolean
  awaitsUntil?: string
}

/** Delegations come one after another: a decision waits no longer than this for its turn, milliseconds. */
const LONGEST_WAIT_MS = 120_000

/** Whoever ends a delegation wakes what waits for it; this is for the case that nobody does. */
const CHECK_AGAIN_MS = 30_000

/** Lets moves wait for access as work, and asks the portal for it, once for each user (`design.md` 4.2). */
export async function awaitAccess(tx: Db, context: JobContext, pending: PendingAccess[]): Promise<void> {
  const now = context.clock()
  const portal = context.portal.memberId
  const after = (ms: number) => new Date(now.getTime() + ms)
  const waiting = pending.map(({ occurrenceKey, trigger, item, userId, byHand, awaitsUntil }) => {
    const body: RecheckBody = {
      key: occurrenceKey,
      triggers: [{ id: trigger.id, name: trigger.name }],
      looks: context.timing.lateBindingSeconds.length,
      only: { entityTypeId: item.entityTypeId, id: item.id },
      byHand: byHand ?? false,
      awaitsUntil: awaitsUntil ?? after(LONGEST_WAIT_MS).toISOString(),
    }
    const subject = `${userId}:${occurrenceKey}:${trigger.id}:${refKey(item)}`
    return { portal, type: AWAIT_ACCESS, dedupKey: subject, body, dueAt: after(CHECK_AGAIN_MS) }
  })
  const users = [...new Set(pending.map(({ userId }) => userId))]
  const asked = users.map((userId) => ({ portal, type: DELEGATE, dedupKey: String(userId), dueAt: now }))
  await enqueue(tx, [...waiting, ...asked], now)
}
