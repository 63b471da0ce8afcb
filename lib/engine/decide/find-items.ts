import type { PortalClient } from '../../bitrix24/client/portal-clients.ts'
import type { PortalContext } from '../context.ts'
import { fetchMissing } from '../snapshot/fetch.ts'
import type { PortalSnapshot } from '../snapshot/snapshot.ts'
import { clientCandidates, wantedKey } from './candidates.ts'
import type { Evaluation } from './evaluation.ts'
import { boundItems, boundRefs, type ItemLookup } from './item-lookup.ts'

/**
 * What each (case, trigger) looks at (`triggers.md`, "Which items move"): what is bound, or else the client's items. It stays `unbound`
 * while looks for late bindings remain. Keys are those of `wantedKey`.
 */
export async function findItems(
  context: PortalContext,
  client: PortalClient,
  snapshot: PortalSnapshot,
  evaluations: readonly Evaluation[],
): Promise<Map<string, ItemLookup>> {
  const pairs = evaluations.flatMap((evaluation) => evaluation.triggers.map((trigger) => ({ evaluation, trigger })))
  await fetchMissing(client, snapshot, {
    bindings: [],
    items: pairs.flatMap(({ evaluation, trigger }) =>
      boundRefs(snapshot, evaluation).filter((ref) => ref.entityTypeId === trigger.entityTypeId),
    ),
    pipelines: pairs.map(({ trigger }) => trigger),
  })
  const lookups = pairs.map((pair) => ({ ...pair, lookup: boundItems(snapshot, pair.evaluation, pair.trigger) }))
  const unbound = lookups.filter(
    ({ evaluation, lookup: { state } }) => state === 'unbound' && !mayBeBoundLater(context, evaluation),
  )
  const byClient = await clientCandidates(client, snapshot, unbound)
  return new Map([...lookups.map((one) => [wantedKey(one.evaluation, one.trigger), one.lookup] as const), ...byClient])
}

function mayBeBoundLater({ timing }: PortalContext, { occurrence, attempt }: Evaluation): boolean {
  return occurrence.origin.activityId !== null && attempt < timing.lateBindingSeconds.length
}
