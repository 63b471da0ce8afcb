import { type Counter, createCounter } from '../../lib/bitrix24/counter.ts'
import { boundedCache } from '../../lib/bounded-cache.ts'
import { ApiError } from './api-error.ts'
import { createGates, type Gates, GateTimeout } from './gates.ts'

/**
 * What a claimant shows before he is proven. A `member` shows the portal's application_token: somebody who has opened the app there, or
 * the portal itself. A `stranger` does not, and of a `newcomer` we do not even know the portal.
 */
type Standing = 'member' | 'stranger' | 'newcomer'

export type Claimant = Readonly<{ standing: Standing; address: string; portal: string }>

/** What came of a claim; `unasked`: it was refused without asking anybody, which costs nothing and proves nothing. */
export type AttemptOutcome = 'verified' | 'failed' | 'unasked'

/** What nobody has proven yet: how much of it is looked into, whoever sends how much (`design.md` 8). */
export type AttemptLimits = Readonly<{
  /**
   * Lets somebody prove himself, who waits for his turn; counts it if he fails, and nothing if he does not, so that only those are kept
   * out who misbehave. Throws `ApiError` `too-many` with the time after which he may try again.
   */
  attempt: <T extends { outcome: AttemptOutcome }>(claimant: Claimant, verify: () => Promise<T>) => Promise<T>
  /** Why a lifecycle event without our token is not kept, to be looked into later: its sender posts too many, or all do; null: it is. */
  refusePost: (post: { address: string; portal: string; isUnknown: boolean }) => 429 | 503 | null
}>

const minute = 60_000

/** Keys that are remembered of each count: some megabytes at most, and who came longest ago is forgotten. */
const keys = 20_000

/** Failures a minute, and how many prove themselves at a time. A member's failures do not count against strangers, nor theirs against him. */
const rules = {
  member: { ofAddress: 20, ofPortal: 30, atOnce: 10 },
  stranger: { ofAddress: 20, ofPortal: 30, atOnce: 5 },
  newcomer: { ofAddress: 5, ofPortal: 30, atOnce: 2 },
} as const satisfies Record<Standing, object>

/** How long somebody waits for his turn, milliseconds: a portal that gives no answer must not hold him for longer. */
const turnMaxWaitMs = 30_000

/** Seconds after which he may try again then. */
const afterTurn = 5

/** Failures a minute of all who are no members, over all portals. */
const failuresOfOthers = 600

/**
 * Posted claims a minute: of one network to one portal and of all to one portal, of which one is looked into; of portals that nobody
 * knows, by network and over all.
 */
const posts = { here: 6, ofPortal: 120, unknownHere: 5, unknown: 30 }

export function createAttemptLimits(clock: () => Date): AttemptLimits {
  const counter = (most: number) => createCounter({ most, spanMs: minute, keys }, clock)
  const failures = {
    member: failuresOf(rules.member, counter),
    stranger: failuresOf(rules.stranger, counter),
    newcomer: failuresOf(rules.newcomer, counter),
  }
  const ofOthers = counter(failuresOfOthers)
  const posted = {
    here: counter(posts.here),
    ofPortal: counter(posts.ofPortal),
    unknownHere: counter(posts.unknownHere),
    unknown: counter(posts.unknown),
  }
  // Where somebody of the portal has proven himself, others of it may sit too: what comes from elsewhere does not keep them out.
  const trusted = boundedCache<true>(keys)

  const isTrusted = ({ standing, address, portal }: Claimant): boolean =>
    standing !== 'newcomer' && trusted.get(`${portal} ${address}`) === true
  const waitOf = (claimant: Claimant): number => {
    const { standing, address, portal } = claimant
    const { ofAddress, ofPortal } = failures[standing]
    const own = ofAddress.waitFor(addressKey(standing, address, portal))
    if (isTrusted(claimant)) return own
    return Math.max(own, ofPortal.waitFor(portal), standing === 'member' ? 0 : ofOthers.waitFor(''))
  }
  /** Who might come from anywhere shares the turns of the portal that he names, or of his address where nobody knows that. */
  const gateKey = (claimant: Claimant): string => {
    const { standing, address, portal } = claimant
    if (isTrusted(claimant)) return `${portal} ${address}`
    return standing === 'newcomer' ? address : portal
  }
  const check = (claimant: Claimant): void => {
    const wait = waitOf(claimant)
    if (wait > 0) throw new ApiError('too-many', { retryAfter: Math.ceil(wait / 1000) })
  }
  const settle = ({ standing, address, portal }: Claimant, result: AttemptOutcome): void => {
    if (result === 'verified' && standing !== 'newcomer') trusted.set(`${portal} ${address}`, true)
    if (result !== 'failed') return
    failures[standing].ofAddress.count(addressKey(standing, address, portal))
    failures[standing].ofPortal.count(portal)
    if (standing !== 'member') ofOthers.count('')
  }
  return {
    async attempt(claimant, verify) {
      check(claimant)
      const turn = failures[claimant.standing].gates(gateKey(claimant), async () => {
        // Others may have failed while this one waited.
        check(claimant)
        const proof = await verify()
        settle(claimant, proof.outcome)
        return proof
      })
      return turn.catch((error: unknown) => {
        throw error instanceof GateTimeout ? new ApiError('portal-unavailable', { retryAfter: afterTurn }) : error
      })
    },
    refusePost({ address, portal, isUnknown }) {
      const own = isUnknown ? posted.unknownHere : posted.here
      const all = isUnknown ? posted.unknown : posted.ofPortal
      const [ownKey, allKey] = isUnknown ? [address, ''] : [`${portal} ${address}`, portal]
      if (own.waitFor(ownKey) > 0) return 429
      if (all.waitFor(allKey) > 0) return 503
      own.count(ownKey)
      all.count(allKey)
      return null
    },
  }
}

type Failures = { ofAddress: Counter; ofPortal: Counter; gates: Gates }

function failuresOf(
  { ofAddress, ofPortal, atOnce }: { ofAddress: number; ofPortal: number; atOnce: number },
  counter: (most: number) => Counter,
): Failures {
  return { ofAddress: counter(ofAddress), ofPortal: counter(ofPortal), gates: createGates(atOnce, turnMaxWaitMs) }
}

/** People of several portals sit behind one address: a member is known by his portal, too. */
function addressKey(standing: Standing, address: string, portal: string): string {
  return standing === 'member' ? `${portal} ${address}` : address
}
