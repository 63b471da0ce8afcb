import type { Ref } from './occurrence.ts'

/** Types of CRM objects that have no stages but own items (`platform.md` 5.6). */
export const CONTACT = 3
export const COMPANY = 4

export const LEAD = 1
export const DEAL = 2
export const ESTIMATE = 7
export const INVOICE = 31

export function isSmartProcess(entityTypeId: number): boolean {
  return entityTypeId >= 128
}

/** Leads and estimates have one pipeline, which has no id; elsewhere 0 is an id like others. */
export function hasPipelines(entityTypeId: number): boolean {
  return entityTypeId !== LEAD && entityTypeId !== ESTIMATE
}

/**
 * Is the type bound to its client only loosely? E-mails and calls reach its items through contact or company; `viaClient` of a trigger is
 * on by default (`design.md` 7).
 */
export function isLooselyBound(entityTypeId: number): boolean {
  return entityTypeId === ESTIMATE || entityTypeId === INVOICE || isSmartProcess(entityTypeId)
}

const symbols = new Map([
  [LEAD, 'LEAD'],
  [DEAL, 'DEAL'],
  [ESTIMATE, 'QUOTE'],
  [INVOICE, 'SMART_INVOICE'],
])

/** How placements and business processes call a type: `DEAL`, `DYNAMIC_177` (`platform.md` 5.10, 5.11). */
export function typeSymbol(entityTypeId: number): string {
  return symbols.get(entityTypeId) ?? `DYNAMIC_${entityTypeId}`
}

/** The type that is called so; null: nothing with stages is. */
export function typeOfSymbol(symbol: string): number | null {
  const [, dynamic] = /^DYNAMIC_(\d{1,9})$/.exec(symbol) ?? []
  if (dynamic !== undefined) return Number(dynamic)
  return [...symbols].find(([, name]) => name === symbol)?.[0] ?? null
}

/** How events of items call a type; null: they share the name `DYNAMICITEM` and say the type (`platform.md` 4.2). */
export function eventSymbol(entityTypeId: number): string | null {
  return entityTypeId === INVOICE ? null : (symbols.get(entityTypeId) ?? null)
}

/** The event that tells of an item of the type. */
export function itemEvent(entityTypeId: number, change: 'ADD' | 'UPDATE'): string {
  return `ONCRM${eventSymbol(entityTypeId) ?? 'DYNAMICITEM'}${change}`
}

/** A reference as a map key: `2:31`. */
export function refKey(ref: Ref): string {
  return `${ref.entityTypeId}:${ref.id}`
}

export function isClient(ref: Ref): boolean {
  return ref.entityTypeId === CONTACT || ref.entityTypeId === COMPANY
}
