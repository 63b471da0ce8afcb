import type { Request } from 'express'
import { LRUCache } from 'lru-cache'
import type { Exchanged } from '../../../lib/bitrix24/auth/exchange.ts'
import type { Profile } from '../../../lib/bitrix24/auth/profile.ts'
import type { Portal } from '../../../lib/domain/portal.ts'
import { authenticate, type Credentials, type RejectionReason } from '../../../lib/jobs/access/authenticate.ts'
import { doubtfulSubscriptions } from '../../../lib/jobs/subscriptions/doubtful-subscriptions.ts'
import type { Services } from '../../../lib/services.ts'
import { findAccess } from '../../../lib/store/access.ts'
import { enqueueForExisting } from '../../../lib/store/jobs.ts'
import { findPortal } from '../../../lib/store/portals.ts'
import { addressOf } from '../../http/address-of.ts'
import { hasToken } from '../../http/application-token.ts'
import { createKeptProofs } from '../../http/kept-proofs.ts'
import type { Claimant, Unproven, Verdict } from '../../http/unproven.ts'

/** Whose session it is, and its name in the store; or why there is none. */
export type SessionProof =
  | { ok: true; portal: Portal; user: Profile; sid: string }
  | { ok: false; reason: RejectionReason }

type PageClaim = Credentials & { accessToken: string }

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
  unproven: Unproven,
): (request: Request, claim: PageClaim) => Promise<SessionProof> {
  const kept = createKeptProofs(services.clock)
  const underWay = new Map<string, Promise<SessionProof>>()
  const interrupted = new LRUCache<string, Exchanged>(INTERRUPTED)

  const ask = async (claimant: Claimant, claim: PageClaim): Promise<SessionProof> => {
    const { proof, verdict } = await unproven.attempt(claimant, async () => {
      const proof = await proveVisitor(services, claim, interrupted)
      return { proof, verdict: verdictOf(proof) }
    })
    // One that is refused again from memory is not told again: whoever tries on and on must not fill the log.
    if (!proof.ok) services.log.info({ portal: claim.memberId, reason: proof.reason }, 'A session was refused')
    if (proof.ok) kept.keep(claim.memberId, claim.accessToken, { ok: true, user: proof.user, sid: proof.sid })
    else if (verdict === 'failed') kept.keep(claim.memberId, claim.accessToken, proof)
    return proof
  }
  return async (request, claim) => {
    const portal = await findPortal(services.db, claim.memberId)
    const known = kept.find(claim.memberId, claim.accessToken)
    if (known?.ok === false) return known
    if (known && portal && holds(portal, claim)) {
      const access = await findAccess(services.db, claim.memberId, known.user.userId)
      if (access?.live && access.sid === known.sid) {
        return { ...known, portal, user: { ...known.user, admin: access.admin } }
      }
    }
    const key = JSON.stringify({ ...claim, heardAt: null })
    const proving = underWay.get(key) ?? ask(claimantOf(request, portal, claim), claim)
    underWay.set(key, proving)
    return proving.finally(() => underWay.delete(key))
  }
}

function verdictOf(proof: SessionProof): Verdict {
  if (proof.ok) return 'proven'
  return unasked.has(proof.reason) ? 'unasked' : 'failed'
}

/** Nothing about the portal is to be learnt or undone by a proof of now. */
function holds(portal: Portal, { applicationToken }: PageClaim): boolean {
  const hasNews = applicationToken !== undefined && applicationToken !== portal.applicationToken
  return portal.status !== 'uninstalled' && portal.eraseAt === null && !hasNews
}

function claimantOf(request: Request, portal: Portal | null, { memberId, applicationToken = '' }: PageClaim): Claimant {
  const isKnown = portal !== null && portal.status !== 'uninstalled'
  const standing = !isKnown ? 'newcomer' : hasToken(portal, applicationToken) ? 'member' : 'stranger'
  return { standing, address: addressOf(request), portal: memberId }
}

async function proveVisitor(
  services: Services,
  claim: PageClaim,
  interrupted: LRUCache<string, Exchanged>,
): Promise<SessionProof> {
  const { exchange, proveVisitor: prove } = services.clients
  const proof = await authenticate({ ...services, clients: { exchange, prove }, interrupted }, claim)
  if (!proof.ok) return proof
  const { portal, user } = proof
  const work = await doubtfulSubscriptions(services, portal, user)
  if (work.length > 0) await enqueueForExisting(services.db, work, services.clock())
  services.worker.wake(portal.memberId)
  const { userId, name, admin, timeZone } = user
  const person = { userId, name, admin, ...(timeZone === undefined ? {} : { timeZone }) }
  const sid = (await findAccess(services.db, portal.memberId, userId))?.sid ?? ''
  return { ok: true, portal, user: person, sid }
}
