import type { Job, Round } from '../engine/job.ts'
import { dropUnprovenPortal } from '../store/drop-unproven-portal.ts'
import { finishWork } from '../store/finish-work.ts'
import type { WorkRow } from '../store/take-work.ts'
import { openNotice } from './lifecycle-event.ts'
import { type Proof, type ProofParts, proveClaim } from './prove-claim.ts'

/** What the proof of a lifecycle event needs beside the round. */
export type LifecycleParts = Pick<ProofParts, 'sealer'>

/**
 * ONAPPINSTALL: may bring the first application_token and an access. It takes effect once its own access token is proven to be
 * an administrator's; the installation itself is made in the page (`design.md` 7).
 */
export function appInstalled(parts: LifecycleParts): Job {
  return async (round, rows) => {
    for (const row of rows) await proveLifecycle(parts, round, row)
  }
}

/**
 * Proves one event, does what follows from it, and writes down what came of it. Throws when portal or OAuth server cannot be
 * asked now: then all of it is done again later.
 */
export async function proveLifecycle(
  parts: LifecycleParts,
  round: Round,
  row: WorkRow,
  whenProven: () => Promise<void> = async () => {},
): Promise<void> {
  const { memberId } = round.portal
  const { accessToken, refreshToken, expiresIn, serverEndpoint, applicationToken, lang, heardAt } = openNotice(
    parts.sealer,
    memberId,
    row.body,
  )
  const claim = { memberId, accessToken, refreshToken, expiresIn, serverEndpoint, lang, heardAt: new Date(heardAt) }
  const clients: ProofParts['clients'] = {
    exchange: round.clients.exchange,
    prove: (at, token) => round.clients.prove(at, token, 'work'),
  }
  const proof = await proveClaim({ ...parts, ...round, clients }, { ...claim, applicationToken })
  if (proof.ok) await whenProven()
  const reason = reasonOf(proof)
  round.log.info({ portal: memberId, kind: row.kind, reason }, 'A lifecycle event was looked into')
  await round.commit(async (tx) => {
    await finishWork(tx, [row.id], reason, round.clock())
    if (!proof.ok) await dropUnprovenPortal(tx, memberId)
  })
}

function reasonOf(proof: Proof): string {
  if (!proof.ok) return `not-proven:${proof.reason}`
  return proof.user.admin ? 'proven' : 'no-administrator'
}
