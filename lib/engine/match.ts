import { kindCodes, kinds } from '../triggers/index.ts'
import type { Hint, KindCode, Recognised } from '../triggers/kind.ts'
import type { ReadyTrigger } from '../triggers/trigger.ts'

/** Kinds with enabled triggers that the event could serve. None: no request is made (`design.md` 3, rule 7). */
export function servedKinds(hint: Hint, triggers: readonly ReadyTrigger[]): KindCode[] {
  return kindCodes.filter((kind) => triggers.some((trigger) => trigger.kind === kind) && kinds[kind].couldServe(hint))
}

/** The triggers of a kind whose own fields match the occurrence, and the ids of those whose fields do not. */
export function matchTriggers(
  kind: KindCode,
  occurrence: Recognised,
  triggers: readonly ReadyTrigger[],
): { matching: ReadyTrigger[]; filtered: string[] } {
  const ofKind = triggers.filter((trigger) => trigger.kind === kind)
  const matching = ofKind.filter((trigger) => kinds[kind].matches(trigger.fields, occurrence))
  return { matching, filtered: ofKind.filter((trigger) => !matching.includes(trigger)).map(({ id }) => id) }
}
