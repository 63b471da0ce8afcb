import type { JournalFilter } from './use-entries.ts'

/** What the journal page's fields hold; empty: does not matter. Days are those of the browser's calendar (`2026-08-29`). */
export type FilterFields = {
  triggerId: string
  kind: string
  entityTypeId: string
  itemId: string
  outcome: string
  reason: string
  userId: string | number | null
  fromDay: string
  toDay: string
}

export const noFilter: FilterFields = {
  triggerId: '',
  kind: '',
  entityTypeId: '',
  itemId: '',
  outcome: '',
  reason: '',
  userId: null,
  fromDay: '',
  toDay: '',
}

/** The query of `GET /api/journal`; both days are included whole. */
export function filterOf({ fromDay, toDay, userId, itemId, ...same }: FilterFields): JournalFilter {
  return {
    ...same,
    itemId: /^\d+$/.test(itemId.trim()) ? itemId.trim() : '',
    userId: userId ?? '',
    from: instant(fromDay, 'T00:00:00'),
    to: instant(toDay, 'T23:59:59.999'),
  }
}

/** Fields that are seldom asked for. */
export const rareFields = ['kind', 'entityTypeId', 'itemId', 'userId', 'fromDay', 'toDay'] as const

/** How many of these fields ask for something. */
export function countSet(fields: FilterFields, names: readonly (keyof FilterFields)[]): number {
  return names.filter((name) => fields[name] !== '' && fields[name] !== null).length
}

export function isFilterEmpty(fields: FilterFields): boolean {
  return countSet(fields, Object.keys(noFilter) as (keyof FilterFields)[]) === 0
}

function instant(day: string, time: string): string {
  const at = new Date(day + time)
  return day === '' || Number.isNaN(at.getTime()) ? '' : at.toISOString()
}
