import type { PortalClient } from '../../bitrix24/client/portal-clients.ts'
import type { Sitting } from '../../queue/job.ts'
import { readMore } from '../snapshot/fetch.ts'
import type { Reading } from '../snapshot/snapshot.ts'
import { clientCandidates, wantedKey } from './candidates.ts'
import type { Case } from './evaluation.ts'
import { boundRefs, type Looked, lookAtBound } from './looked.ts'

/**
 * What each (case, trigger) looks at (`triggers.md`, "Which items move"): what is bound, or else the client's items. It stays `unbound`
 * while looks for late bindings remain. Keys are those of `wantedKey`.
 */
export async function lookAtItems(
  round: Sitting,
  client: PortalClient,
  reading: Reading,
  cases: readonly Case[],
): Promise<Map<string, Looked>> {
  const pairs = cases.flatMap((caseOf) => caseOf.triggers.map((trigger) => ({ caseOf, trigger })))
  await readMore(client, reading, {
    bindings: [],
    items: pairs.flatMap(({ caseOf, trigger }) =>
      boundRefs(reading, caseOf).filter((ref) => ref.entityTypeId === trigger.entityTypeId),
    ),
    pipelines: pairs.map(({ trigger }) => trigger),
  })
  const looked = pairs.map((pair) => ({ ...pair, looked: lookAtBound(reading, pair.caseOf, pair.trigger) }))
  const unbound = looked.filter(
    ({ caseOf, looked: { state } }) => state === 'unbound' && !mayBeBoundLater(round, caseOf),
  )
  const byClient = await clientCandidates(client, reading, unbound)
  return new Map([...looked.map((one) => [wantedKey(one.caseOf, one.trigger), one.looked] as const), ...byClient])
}

function mayBeBoundLater({ timing }: Sitting, { occurrence, looks }: Case): boolean {
  return occurrence.origin.activityId !== null && looks < timing.lateBindingSeconds.length
}
