import type { JobContext, JobHandler } from '../../engine/context.ts'
import { finishClaim } from '../../store/claims.ts'
import { enqueue, type JobRow } from '../../store/jobs.ts'
import { dropProvisionalPortal } from '../../store/provisional-portals.ts'
import { authenticate, type Proof, type ProofParts } from '../access/authenticate.ts'
import { checkWork } from '../subscriptions/check-job.ts'
import { openNotice, paceOf } from './lifecycle-event.ts'

/** What the proof of a lifecycle event needs beside the round. */
export type LifecycleParts = Pick<ProofParts, 'sealer'>

/**
 * ONAPPINSTALL and ONAPPUPDATE: may bring the first application_token or a new one, and an access. It takes effect once its own access
 * token is proven to be an administrator's. Then the subscriptions are looked after, as a version may have taken or killed them; the
 * installation itself is made in the page (`design.md` 7).
 */
export function appInstalled(parts: LifecycleParts): JobHandler {
  return async (context, rows) => {
    for (const row of rows) await proveLifecycle(parts, context, row)
  }
}

/** Throws when portal or OAuth server cannot be asked now: then all of it is done again later. */
async function proveLifecycle(parts: LifecycleParts, context: JobContext, row: JobRow): Promise<void> {
  const { memberId } = context.portal
  const { accessToken, refreshToken, expiresIn, serverEndpoint, applicationToken, lang, heardAt } = openNotice(
    parts.sealer,
    memberId,
    row.body,
    context.clock(),
  )
  const claim = { memberId, accessToken, refreshToken, expiresIn, serverEndpoint, lang, heardAt: new Date(heardAt) }
  const clients: ProofParts['clients'] = {
    exchange: (server, refreshToken) => context.clients.exchange(server, refreshToken, 'work'),
    prove: (at, token) => context.clients.prove(at, token, 'work'),
  }
  const proof = await authenticate({ ...parts, ...context, clients }, { ...claim, applicationToken })
  const reason = reasonOf(proof)
  context.log.info({ portal: memberId, type: row.type, reason }, 'A lifecycle event was looked into')
  await context.commit(async (tx) => {
    const now = context.clock()
    await finishClaim(tx, row, { reason, pace: paceOf(row.dedupKey) }, now)
    if (!proof.ok) await dropProvisionalPortal(tx, memberId)
    else if (proof.portal.status === 'installed') await enqueue(tx, [checkWork(memberId, 'lifecycle', now)], now)
  })
}

function reasonOf(proof: Proof): string {
  if (!proof.ok) return `not-proven:${proof.reason}`
  return proof.user.admin ? 'proven' : 'no-administrator'
}
