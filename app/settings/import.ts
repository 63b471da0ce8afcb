import type { PreviewedTrigger } from '../../lib/api/trigger.ts'

/** Which triggers of the file are chosen at first, by their places in it: those that fit and are not here yet. */
export function firstChoice(triggers: readonly PreviewedTrigger[]): number[] {
  return triggers.flatMap(({ fits, exists }, index) => (fits && !exists ? [index] : []))
}
