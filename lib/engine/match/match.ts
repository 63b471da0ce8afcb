import type { KindCode } from '../../domain/kind-code.ts'
import type { Recognised } from '../../domain/occurrence.ts'
import type { ReadyTrigger } from '../../domain/trigger.ts'
import type { Facts } from '../../triggers/facts.ts'
import { kindCodes, kinds } from '../../triggers/index.ts'
import type { EventPayload } from '../../triggers/kind.ts'

/** Kinds with enabled triggers that the event could serve. None: no request is made (`design.md` 3, rule 7). */
export function candidateKinds(payload: EventPayload, triggers: readonly ReadyTrigger[]): KindCode[] {
  return kindCodes.filter((kind) => {
    return triggers.some((trigger) => trigger.kind === kind && kinds[kind].mayMatch(payload, trigger))
  })
}

/** The triggers of a kind whose own fields match the occurrence, and the ids of those whose fields do not. */
export function matchTriggers(
  kind: KindCode,
  occurrence: Recognised,
  facts: Facts,
  triggers: readonly ReadyTrigger[],
): { matching: ReadyTrigger[]; filtered: string[] } {
  const ofKind = triggers.filter((trigger) => trigger.kind === kind && isAbout(trigger, occurrence))
  const matching = ofKind.filter((trigger) => kinds[kind].matches(trigger.fields, occurrence, facts))
  return { matching, filtered: ofKind.filter((trigger) => !matching.includes(trigger)).map(({ id }) => id) }
}

/** What happened to an item itself concerns the triggers of its type and, where it is known, of its pipeline only. */
function isAbout(trigger: ReadyTrigger, { place }: Recognised): boolean {
  if (place === undefined) return true
  const { entityTypeId, categoryId = trigger.categoryId } = place
  return entityTypeId === trigger.entityTypeId && categoryId === trigger.categoryId
}
