import type { Exchanged } from '../../bitrix24/auth/exchange.ts'
import type { JobContext, JobHandler } from '../../engine/context.ts'
import { enqueue, type JobRow, snoozeJobs } from '../../store/jobs.ts'
import { dropProvisionalPortal } from '../../store/provisional-portals.ts'
import { completeUnverified } from '../../store/unverified-jobs.ts'
import { authenticate, type Proof, type ProofParts } from '../access/authenticate.ts'
import { checkJob } from '../subscriptions/check-job.ts'
import { type LifecyclePayload, openPayload, paceOf, sealPayload } from './lifecycle-event.ts'

/** What the proof of a lifecycle event needs beside the round. */
export type LifecycleParts = Pick<ProofParts, 'sealer'>

/**
 * ONAPPINSTALL and ONAPPUPDATE: may bring the first application_token or a new one, and an access. It takes effect once its own access
 * token is proven to be an administrator's. Then the subscriptions are looked after, as a version may have taken or killed them; the
 * installation itself is made in the page (`design.md` 7).
 */
export function appInstalled(parts: LifecycleParts): JobHandler {
  return async (context, rows) => {
    for (const row of rows) await verifyLifecycle(parts, context, row)
  }
}

/** Throws when portal or OAuth server cannot be asked now: then all of it is done again later. */
async function verifyLifecycle(parts: LifecycleParts, context: JobContext, row: JobRow): Promise<void> {
  const { memberId } = context.portal
  const payload = openPayload(parts.sealer, memberId, row.body, context.clock())
  const { accessToken, refreshToken, expiresIn, serverEndpoint, applicationToken, lang, heardAt } = payload
  const credentials = {
    memberId,
    accessToken,
    refreshToken,
    expiresIn,
    serverEndpoint,
    lang,
    heardAt: new Date(heardAt),
  }
  const clients: ProofParts['clients'] = {
    exchange: (server, refreshToken) => context.clients.exchange(server, refreshToken, 'work'),
    verify: (at, token) => context.clients.verify(at, token, 'work'),
  }
  const interrupted = new Map<string, Exchanged>()
  const proving = authenticate({ ...parts, ...context, clients, interrupted }, { ...credentials, applicationToken })
  const proof = await proving.catch(async (error: unknown) => {
    for (const pair of interrupted.values()) await keepPair(parts, context, row, { ...payload, ...pair })
    throw error
  })
  const reason = reasonOf(proof)
  context.log.info({ portal: memberId, type: row.type, reason }, 'A lifecycle event was looked into')
  await context.commit(async (tx) => {
    const now = context.clock()
    await completeUnverified(tx, row, { reason, pace: paceOf(row.dedupKey) }, now)
    if (!proof.ok) await dropProvisionalPortal(tx, memberId)
    else if (proof.portal.status === 'installed') await enqueue(tx, [checkJob(memberId, 'lifecycle', now)], now)
  })
}

/** The refresh token that the event brought is used up: the next attempt goes on with the pair that was given for it. */
async function keepPair(
  { sealer }: LifecycleParts,
  context: JobContext,
  { id }: JobRow,
  { expiresAt, ...payload }: LifecyclePayload & Pick<Exchanged, 'expiresAt'>,
): Promise<void> {
  const portal = context.portal.memberId
  const now = context.clock()
  const expiresIn = Math.max(1, Math.round((expiresAt.getTime() - now.getTime()) / 1000))
  const body = sealPayload(sealer, portal, { ...payload, expiresIn, heardAt: now.toISOString() })
  await context.commit((tx) => snoozeJobs(tx, [{ portal, id }], { dueAt: now, reason: 'interrupted', body }, now))
}

function reasonOf(proof: Proof): string {
  if (!proof.ok) return `not-proven:${proof.reason}`
  return proof.user.admin ? 'proven' : 'no-administrator'
}
