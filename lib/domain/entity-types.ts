import type { Ref } from './occurrence.ts'

/** Types of CRM objects that have no stages but own items (`platform.md` 5.6). */
export const CONTACT = 3
export const COMPANY = 4

/** From here on the types are smart processes. */
export const FIRST_SMART_PROCESS = 128

export const LEAD = 1
export const DEAL = 2
export const ESTIMATE = 7
export const INVOICE = 31

/** A reference as a map key: `2:31`. */
export function refKey(ref: Ref): string {
  return `${ref.entityTypeId}:${ref.id}`
}

export function isClient(ref: Ref): boolean {
  return ref.entityTypeId === CONTACT || ref.entityTypeId === COMPANY
}
