import { DEAL, LEAD } from '../../domain/entity-types.ts'
import { rowsOf } from '../../domain/php-values.ts'
import type { Finding } from '../../domain/probe.ts'
import { reference } from '../client/command.ts'
import type { Command, CommandResult } from '../client/rest.ts'
import { type Found, isPassing, type Question } from './question.ts'

/** A page holds 50 rows: this one is never there. */
const NOWHERE = 99

/** A list in which something is looked for by an id of an answer before it: deals, leads and activities are read by different layers. */
type List = Readonly<{
  name: string
  all: Command
  byId: (id: unknown) => Command
  /** Where the first row's id stands in the answer, and the rows. */
  path: (row: number) => readonly (string | number)[]
  rows: (result: unknown) => Record<string, unknown>[]
  id: string
}>

const lists: readonly List[] = [items('trick_deals', DEAL), items('trick_leads', LEAD), activities('trick_activities')]

/**
 * Does `0$result[…]` hold in this portal: finds a hit what it should, and a miss nothing? Then a quiet event costs two requests, else
 * three (`platform.md` 5.14).
 */
export const trick: Question = {
  id: 'trick',
  commands: Object.fromEntries(
    lists.flatMap(({ name, all, byId, path }): [string, Command][] => [
      [name, all],
      [`${name}_hit`, byId(reference(name, ...path(0)))],
      [`${name}_miss`, byId(reference(name, ...path(NOWHERE)))],
    ]),
  ),
  answer: (found) => {
    const tried = lists.map((list) => tryIn(list, found))
    if (tried.includes('no')) return { answer: 'no' }
    if (tried.includes('passing')) return null
    return { answer: tried.includes('yes') ? 'yes' : 'unknown' }
  },
}

function tryIn({ name, rows, id }: List, found: Found): Finding['answer'] | 'passing' {
  const [all, hit, miss] = [found[name], found[`${name}_hit`], found[`${name}_miss`]]
  if ([all, hit, miss].some((result) => result === undefined || (!result.ok && isPassing(result.error))))
    return 'passing'
  // What this list refuses altogether says nothing of references.
  if (!all?.ok) return 'unknown'
  const idsOf = (result: CommandResult | undefined) => result?.ok && rows(result.result).map((row) => Number(row[id]))
  const first = rows(all.result)[0]?.[id]
  const isEmpty = JSON.stringify(idsOf(miss)) === '[]'
  if (first === undefined) return isEmpty ? 'unknown' : 'no'
  return isEmpty && JSON.stringify(idsOf(hit)) === JSON.stringify([Number(first)]) ? 'yes' : 'no'
}

function items(name: string, entityTypeId: number): List {
  const command = (params: object) => ({ method: 'crm.item.list', params: { entityTypeId, select: ['id'], ...params } })
  return {
    name,
    all: command({ order: { id: 'DESC' }, start: -1 }),
    byId: (id) => command({ filter: { '@id': [id] } }),
    path: (row) => ['items', row, 'id'],
    rows: (result) => rowsOf((result as { items?: unknown } | null)?.items),
    id: 'id',
  }
}

function activities(name: string): List {
  const command = (params: object) => ({ method: 'crm.activity.list', params: { select: ['ID'], ...params } })
  return {
    name,
    all: command({ order: { ID: 'DESC' }, start: -1 }),
    byId: (id) => command({ filter: { '@ID': [id] } }),
    path: (row) => [row, 'ID'],
    rows: rowsOf,
    id: 'ID',
  }
}
