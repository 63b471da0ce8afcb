import { createHash } from 'node:crypto'
import type { Profile } from '../../lib/bitrix24/auth/profile.ts'
import { boundedCache } from '../../lib/bounded-cache.ts'
import type { RejectionReason } from '../../lib/jobs/access/authenticate.ts'

/** Whom the portal named for a token, and in which sessions of his that holds. */
type KeptProof = { ok: true; user: Profile; sid: string } | { ok: false; reason: RejectionReason }

/** What portals lately said to tokens that pages showed: a frame keeps its own for an hour, and each further tab shows it again. */
export type KeptProofs = Readonly<{
  find: (memberId: string, authId: string) => KeptProof | null
  keep: (memberId: string, authId: string, proof: KeptProof) => void
}>

/** How long a proof holds and a refusal, milliseconds; and how many are kept: some megabytes. */
const validForMs = 10 * 60_000
const refusedFor = 5 * 60_000
const maxProofs = 20_000

/** The tokens themselves are not kept. */
export function createKeptProofs(clock: () => Date): KeptProofs {
  // Refusals are cheap to make, and must not push proofs out.
  const kept = {
    proofs: boundedCache<{ proof: KeptProof; until: number }>(maxProofs),
    refusals: boundedCache<{ proof: KeptProof; until: number }>(maxProofs),
  }
  return {
    find(memberId, authId) {
      const key = hashOf(memberId, authId)
      const found = kept.proofs.get(key) ?? kept.refusals.get(key)
      return found !== undefined && found.until > clock().getTime() ? found.proof : null
    },
    keep(memberId, authId, proof) {
      const [into, time] = proof.ok ? [kept.proofs, validForMs] : [kept.refusals, refusedFor]
      into.set(hashOf(memberId, authId), { proof, until: clock().getTime() + time })
    },
  }
}

function hashOf(memberId: string, authId: string): string {
  return createHash('sha256')
    .update(JSON.stringify([memberId, authId]))
    .digest('base64url')
}
