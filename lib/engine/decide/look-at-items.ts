import type { PortalClient } from '../../bitrix24/client/portal-clients.ts'
import type { PortalContext } from '../context.ts'
import { fetchMissing } from '../snapshot/fetch.ts'
import type { PortalSnapshot } from '../snapshot/snapshot.ts'
import { clientCandidates, wantedKey } from './candidates.ts'
import type { Evaluation } from './evaluation.ts'
import { boundRefs, type Looked, lookAtBound } from './looked.ts'

/**
 * What each (case, trigger) looks at (`triggers.md`, "Which items move"): what is bound, or else the client's items. It stays `unbound`
 * while looks for late bindings remain. Keys are those of `wantedKey`.
 */
export async function lookAtItems(
  context: PortalContext,
  client: PortalClient,
  snapshot: PortalSnapshot,
  evaluations: readonly Evaluation[],
): Promise<Map<string, Looked>> {
  const pairs = evaluations.flatMap((evaluation) =>
    evaluation.triggers.map((trigger) => ({ caseOf: evaluation, trigger })),
  )
  await fetchMissing(client, snapshot, {
    bindings: [],
    items: pairs.flatMap(({ caseOf: evaluation, trigger }) =>
      boundRefs(snapshot, evaluation).filter((ref) => ref.entityTypeId === trigger.entityTypeId),
    ),
    pipelines: pairs.map(({ trigger }) => trigger),
  })
  const looked = pairs.map((pair) => ({ ...pair, looked: lookAtBound(snapshot, pair.caseOf, pair.trigger) }))
  const unbound = looked.filter(
    ({ caseOf: evaluation, looked: { state } }) => state === 'unbound' && !mayBeBoundLater(context, evaluation),
  )
  const byClient = await clientCandidates(client, snapshot, unbound)
  return new Map([...looked.map((one) => [wantedKey(one.caseOf, one.trigger), one.looked] as const), ...byClient])
}

function mayBeBoundLater({ timing }: PortalContext, { occurrence, looks }: Evaluation): boolean {
  return occurrence.origin.activityId !== null && looks < timing.lateBindingSeconds.length
}
