import type { Request } from 'express'
import { LRUCache } from 'lru-cache'
import type { Exchanged } from '../../../lib/bitrix24/auth/exchange.ts'
import type { Profile } from '../../../lib/bitrix24/auth/profile.ts'
import type { Portal } from '../../../lib/domain/portal.ts'
import { authenticate, type Credentials, type RejectionReason } from '../../../lib/jobs/access/authenticate.ts'
import { uncertainSubscriptions } from '../../../lib/jobs/subscriptions/uncertain-subscriptions.ts'
import type { Services } from '../../../lib/services.ts'
import { findAccess } from '../../../lib/store/access.ts'
import { enqueueForExisting } from '../../../lib/store/jobs.ts'
import { findPortal } from '../../../lib/store/portals.ts'
import { addressOf } from '../../http/address-of.ts'
import { hasToken } from '../../http/application-token.ts'
import type { AttemptLimits, AttemptOutcome, Claimant } from '../../http/attempt-limits.ts'
import { createKeptProofs } from '../../http/kept-proofs.ts'

/** Whose session it is, and its name in the store; or why there is none. */
export type SessionProof =
  | { ok: true; portal: Portal; user: Profile; sid: string }
  | { ok: false; reason: RejectionReason }

type PageCredentials = Credentials & { accessToken: string }

/** A page that could not be proven as the portal could not be asked tries again within so many milliseconds; so many wait at once. */
const INTERRUPTED = { max: 1000, ttl: 5 * 60_000 }

/** Reasons that come without asking anybody. */
const unasked: ReadonlySet<RejectionReason> = new Set(['no-tokens', 'other-server'])

/**
 * Proves pages' claims. A token that was proven lately need not be proven again: each further tab of a frame shows the same one, as long as
 * the person's access and sessions are still those.
 */
export function createSessionProofs(
  services: Services,
  attemptLimits: AttemptLimits,
): (request: Request, credentials: PageCredentials) => Promise<SessionProof> {
  const kept = createKeptProofs(services.clock)
  const underWay = new Map<string, Promise<SessionProof>>()
  const interrupted = new LRUCache<string, Exchanged>(INTERRUPTED)

  const ask = async (claimant: Claimant, credentials: PageCredentials): Promise<SessionProof> => {
    const { proof, outcome } = await attemptLimits.attempt(claimant, async () => {
      const proof = await verifyVisitor(services, credentials, interrupted)
      return { proof, outcome: attemptOutcome(proof) }
    })
    // One that is refused again from memory is not told again: whoever tries on and on must not fill the log.
    if (!proof.ok) services.log.info({ portal: credentials.memberId, reason: proof.reason }, 'A session was refused')
    if (proof.ok)
      kept.keep(credentials.memberId, credentials.accessToken, { ok: true, user: proof.user, sid: proof.sid })
    else if (outcome === 'failed') kept.keep(credentials.memberId, credentials.accessToken, proof)
    return proof
  }
  return async (request, credentials) => {
    const portal = await findPortal(services.db, credentials.memberId)
    const known = kept.find(credentials.memberId, credentials.accessToken)
    if (known?.ok === false) return known
    if (known && portal && holds(portal, credentials)) {
      const access = await findAccess(services.db, credentials.memberId, known.user.userId)
      if (access?.live && access.sid === known.sid) {
        return { ...known, portal, user: { ...known.user, admin: access.admin } }
      }
    }
    const key = JSON.stringify({ ...credentials, heardAt: null })
    const proving = underWay.get(key) ?? ask(claimantOf(request, portal, credentials), credentials)
    underWay.set(key, proving)
    return proving.finally(() => underWay.delete(key))
  }
}

function attemptOutcome(proof: SessionProof): AttemptOutcome {
  if (proof.ok) return 'verified'
  return unasked.has(proof.reason) ? 'unasked' : 'failed'
}

/** Nothing about the portal is to be learnt or undone by a proof of now. */
function holds(portal: Portal, { applicationToken }: PageCredentials): boolean {
  const hasNews = applicationToken !== undefined && applicationToken !== portal.applicationToken
  return portal.status !== 'uninstalled' && portal.eraseAt === null && !hasNews
}

function claimantOf(
  request: Request,
  portal: Portal | null,
  { memberId, applicationToken = '' }: PageCredentials,
): Claimant {
  const isKnown = portal !== null && portal.status !== 'uninstalled'
  const standing = !isKnown ? 'newcomer' : hasToken(portal, applicationToken) ? 'member' : 'stranger'
  return { standing, address: addressOf(request), portal: memberId }
}

async function verifyVisitor(
  services: Services,
  credentials: PageCredentials,
  interrupted: LRUCache<string, Exchanged>,
): Promise<SessionProof> {
  const { exchange, verifyVisitor: verify } = services.clients
  const proof = await authenticate({ ...services, clients: { exchange, verify }, interrupted }, credentials)
  if (!proof.ok) return proof
  const { portal, user } = proof
  const jobs = await uncertainSubscriptions(services, portal, user)
  if (jobs.length > 0) await enqueueForExisting(services.db, jobs, services.clock())
  services.worker.wake(portal.memberId)
  const { userId, name, admin, timeZone } = user
  const person = { userId, name, admin, ...(timeZone === undefined ? {} : { timeZone }) }
  const sid = (await findAccess(services.db, portal.memberId, userId))?.sid ?? ''
  return { ok: true, portal, user: person, sid }
}
