import { type StepId, type StepStatus, stepIds } from '../lib/domain/install-step.ts'
import type { TextKey, TextParams } from '../lib/texts/translate.ts'

/** How a step went; the detail is a text of the language files. */
export type StepOutcome = Readonly<{ status: StepStatus; detail: Readonly<{ key: TextKey; params?: TextParams }> }>

export type StepOutcomes = Readonly<Record<StepId, StepOutcome>>

export function done(key: TextKey, params?: TextParams): StepOutcome {
  return outcome('done', key, params)
}

export function skipped(key: TextKey, params?: TextParams): StepOutcome {
  return outcome('skipped', key, params)
}

export function failed(key: TextKey, params?: TextParams): StepOutcome {
  return outcome('failed', key, params)
}

export const waiting: StepOutcome = outcome('waiting', 'install.waiting')

/** The first four steps went through. */
export function isReady(outcomes: StepOutcomes): boolean {
  return stepIds.slice(0, 4).every((id) => outcomes[id].status === 'done')
}

function outcome(status: StepStatus, key: TextKey, params?: TextParams): StepOutcome {
  return { status, detail: { key, ...(params ? { params } : {}) } }
}
