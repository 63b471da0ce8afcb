import { PortalError } from '../errors.ts'
import { batchSize } from '../plan-batches.ts'
import type { Command, PortalClient } from '../types.ts'
import { type DirectoryAnswer, missingBy, rowsOf } from './answer.ts'
import { byTitle, type Entry } from './entry.ts'

const rowsPerPage = 50

/** 5,000 people in three requests; where there are more, a search finds the rest. */
const mostPages = 2 * batchSize

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
    const pages = Math.min(mostPages, Math.ceil((first.total ?? 0) / rowsPerPage))
    for (let from = 1; from < pages; from += batchSize) {
      const numbers = Array.from({ length: Math.min(batchSize, pages - from) }, (_, n) => from + n)
      const commands = numbers.map((number) => [`page_${number}`, page(number * rowsPerPage)] as const)
      const { results } = await client.batch(Object.fromEntries(commands))
      for (const answer of Object.values(results)) {
        if (!answer.ok) throw answer.error
        rows.push(...rowsOf(answer.result))
      }
    }
    return { ok: true, value: byTitle(rows.map((row) => ({ id: Number(row.ID), title: nameOf(row) }))) }
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    return { ok: false, missing: missingBy(error, 'user_brief', 'users.read') }
  }
}

function nameOf(row: Readonly<Record<string, unknown>>): string {
  const name = [row.NAME, row.LAST_NAME].filter((part) => typeof part === 'string' && part !== '').join(' ')
  return name === '' ? `#${row.ID}` : name
}
