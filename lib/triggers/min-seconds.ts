import { z } from 'zod'
import type { Recognised } from '../domain/occurrence.ts'
import type { FieldDescription } from './kind.ts'

/** Sooner than so many seconds after sending no person reacts: the trigger's own field. */
export const minSeconds = z.int().min(0).max(3600).nullish()

export const minSecondsDescription = {
  name: 'minSeconds',
  type: 'number',
  required: false,
  default: 0,
} as const satisfies FieldDescription

/** It came sooner after sending than the trigger believes of a person. Where nobody knows how long it took, it did not. */
export function isTooSoon(
  fields: { minSeconds?: number | null | undefined },
  { facts: { secondsAfterSending = null } }: Recognised,
): boolean {
  return secondsAfterSending !== null && Number(secondsAfterSending) < (fields.minSeconds ?? 0)
}
