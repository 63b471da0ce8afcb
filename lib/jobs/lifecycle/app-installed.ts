import type { Job, Round } from '../../queue/job.ts'
import { finishClaim } from '../../store/claims.ts'
import { addWork, type WorkRow } from '../../store/jobs.ts'
import { dropUnprovenPortal } from '../../store/unproven-portals.ts'
import { type Proof, type ProofParts, proveClaim } from '../access/verify-claim.ts'
import { checkWork } from './check-work.ts'
import { openNotice, paceOf } from './lifecycle-event.ts'

/** What the proof of a lifecycle event needs beside the round. */
export type LifecycleParts = Pick<ProofParts, 'sealer'>

/**
 * ONAPPINSTALL and ONAPPUPDATE: may bring the first application_token or a new one, and an access. It takes effect once its own access
 * token is proven to be an administrator's. Then the subscriptions are looked after, as a version may have taken or killed them; the
 * installation itself is made in the page (`design.md` 7).
 */
export function appInstalled(parts: LifecycleParts): Job {
  return async (round, rows) => {
    for (const row of rows) await proveLifecycle(parts, round, row)
  }
}

/** Throws when portal or OAuth server cannot be asked now: then all of it is done again later. */
async function proveLifecycle(parts: LifecycleParts, round: Round, row: WorkRow): Promise<void> {
  const { memberId } = round.portal
  const { accessToken, refreshToken, expiresIn, serverEndpoint, applicationToken, lang, heardAt } = openNotice(
    parts.sealer,
    memberId,
    row.body,
    round.clock(),
  )
  const claim = { memberId, accessToken, refreshToken, expiresIn, serverEndpoint, lang, heardAt: new Date(heardAt) }
  const clients: ProofParts['clients'] = {
    exchange: (server, refreshToken) => round.clients.exchange(server, refreshToken, 'work'),
    prove: (at, token) => round.clients.prove(at, token, 'work'),
  }
  const proof = await proveClaim({ ...parts, ...round, clients }, { ...claim, applicationToken })
  const reason = reasonOf(proof)
  round.log.info({ portal: memberId, kind: row.kind, reason }, 'A lifecycle event was looked into')
  await round.commit(async (tx) => {
    const now = round.clock()
    await finishClaim(tx, row, { reason, pace: paceOf(row.subject) }, now)
    if (!proof.ok) await dropUnprovenPortal(tx, memberId)
    else if (proof.portal.status === 'installed') await addWork(tx, [checkWork(memberId, 'lifecycle', now)], now)
  })
}

function reasonOf(proof: Proof): string {
  if (!proof.ok) return `not-proven:${proof.reason}`
  return proof.user.admin ? 'proven' : 'no-administrator'
}
