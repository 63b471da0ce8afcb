import { rowsOf } from '../../domain/php-values.ts'
import { BATCH_COMMANDS } from '../client/page-sizes.ts'
import { furtherStarts } from '../client/paging.ts'
import type { PortalClient } from '../client/portal-clients.ts'
import type { Command } from '../client/rest.ts'
import { PortalError } from '../errors/errors.ts'
import { type DirectoryAnswer, missingBy } from './answer.ts'
import { byTitle, type Entry } from './entry.ts'

/** 5,000 people in three requests; where there are more, a search finds the rest. */
const mostPages = 2 * BATCH_COMMANDS

/**
 * Active employees by name, or those whose name holds `search`. Guests of the extranet, bots and customers are not among
 * them; who is not listed may still be a valid acting user (`platform.md` 5.8).
 */
export async function readUsers(client: PortalClient, search = ''): Promise<DirectoryAnswer<Entry<number>[]>> {
  const name = search.trim()
  const FILTER = { ACTIVE: true, USER_TYPE: 'employee', ...(name === '' ? {} : { NAME_SEARCH: name }) }
  const page = (start: number): Command => ({ method: 'user.get', params: { FILTER, sort: 'ID', order: 'ASC', start } })
  try {
    const first = await client.call('user.get', page(0).params)
    const rows = rowsOf(first.result)
    const starts = furtherStarts(first.total, mostPages)
    for (let at = 0; at < starts.length; at += BATCH_COMMANDS) {
      const commands = starts.slice(at, at + BATCH_COMMANDS).map((start) => [`page_${start}`, page(start)] as const)
      const { results } = await client.batch(Object.fromEntries(commands))
      for (const answer of Object.values(results)) {
        if (!answer.ok) throw answer.error
        rows.push(...rowsOf(answer.result))
      }
    }
    const people = new Map(rows.map((row) => [Number(row.ID), nameOf(row)]))
    return { ok: true, value: byTitle([...people].map(([id, title]) => ({ id, title }))) }
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    return { ok: false, missing: missingBy(error, 'user_brief', 'users.read') }
  }
}

function nameOf(row: Readonly<Record<string, unknown>>): string {
  const name = [row.NAME, row.LAST_NAME].filter((part) => typeof part === 'string' && part !== '').join(' ')
  return name === '' ? `#${row.ID}` : name
}
