/** The query of `GET /api/journal`. */
export type JournalQuery = Record<string, string | number | null | undefined>

/** What the journal page's fields hold; empty: does not matter. Days are those of the browser's calendar (`2026-08-29`). */
export type FilterFields = {
  triggerId: string
  kind: string
  entityTypeId: string
  itemId: string
  outcome: string
  reason: string
  userId: string | number | null
  search: string
  /** `today`, or so many days; `custom`: the two days below. */
  period: '' | 'today' | '7' | '30' | 'custom'
  fromDay: string
  toDay: string
  /** Also what did not match a trigger's settings. */
  ruledOut: '' | 'yes'
  /** Also events of other pipelines, and of no item. */
  noise: '' | 'yes'
}

export const noFilter: FilterFields = {
  triggerId: '',
  kind: '',
  entityTypeId: '',
  itemId: '',
  outcome: '',
  reason: '',
  userId: null,
  search: '',
  period: '',
  fromDay: '',
  toDay: '',
  ruledOut: '',
  noise: '',
}

export const periods = ['today', '7', '30', 'custom'] as const

/** Reasons that are met most and help least. */
const noise = ['other-pipeline', 'no-item'] as const

const DAY_MS = 86_400_000

/** The query of `GET /api/journal`; days are included whole. */
export function filterOf(fields: FilterFields, now: Date): JournalQuery {
  const { triggerId, kind, entityTypeId, outcome, reason, userId, search, itemId, ruledOut } = fields
  return {
    triggerId,
    kind,
    entityTypeId,
    outcome,
    reason,
    search: search.trim(),
    itemId: /^\d+$/.test(itemId.trim()) ? itemId.trim() : '',
    userId: userId ?? '',
    ...timesOf(fields, now),
    without: fields.noise === 'yes' || reason !== '' ? '' : noise.join(','),
    include: ruledOut === 'yes' && reason === '' ? 'filter' : '',
  }
}

function timesOf({ period, fromDay, toDay }: FilterFields, now: Date): { from: string; to: string } {
  if (period === 'custom') return { from: instant(fromDay, 'T00:00:00'), to: instant(toDay, 'T23:59:59.999') }
  const midnight = new Date(now)
  midnight.setHours(0, 0, 0, 0)
  if (period === 'today') return { from: midnight.toISOString(), to: '' }
  return { from: period === '' ? '' : new Date(now.getTime() - Number(period) * DAY_MS).toISOString(), to: '' }
}

function instant(day: string, time: string): string {
  const at = new Date(day + time)
  return day === '' || Number.isNaN(at.getTime()) ? '' : at.toISOString()
}

/** Fields that are seldom asked for. */
export const rareFields = ['kind', 'entityTypeId', 'itemId', 'userId'] as const

/** How many of these fields ask for something. */
export function countSet(fields: FilterFields, names: readonly (keyof FilterFields)[]): number {
  return names.filter((name) => fields[name] !== '' && fields[name] !== null).length
}

/** What is shown besides is no condition. */
export function isFilterEmpty(fields: FilterFields): boolean {
  const names = Object.keys(noFilter) as (keyof FilterFields)[]
  return (
    countSet(
      fields,
      names.filter((name) => name !== 'ruledOut' && name !== 'noise'),
    ) === 0
  )
}

/** Only what asks for something. */
export function setIn(fields: FilterFields): Partial<FilterFields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && value !== null))
}

/** The filter as a part of an address: `#journal?outcome=failed`. */
export function hashOf(fields: FilterFields): string {
  const set = Object.entries(setIn(fields)).map(([name, value]): [string, string] => [name, String(value)])
  return `#journal?${new URLSearchParams(set)}`
}

/** The filter that an address holds; what it does not know is left out. */
export function fieldsIn(hash: string): FilterFields {
  const [page, query = ''] = hash.split('?')
  return page === '#journal' ? fieldsFrom(Object.fromEntries(new URLSearchParams(query))) : { ...noFilter }
}

/** The filter among other values, such as those of a link into the app. */
export function fieldsFrom(values: Readonly<Record<string, unknown>>): FilterFields {
  const known = Object.keys(noFilter).flatMap((name): [string, string][] => {
    const value = values[name]
    return typeof value === 'string' && value !== '' && value.length <= 200 ? [[name, value]] : []
  })
  const fields: FilterFields = { ...noFilter, ...Object.fromEntries(known) }
  return periods.some((period) => period === fields.period) ? fields : { ...fields, period: '' }
}
