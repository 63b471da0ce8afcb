import { decodeHTMLStrict } from 'entities'
import type { Missing } from '../../domain/missing.ts'
import { rowsOf } from '../../domain/php-values.ts'
import { PAGE_ROWS } from '../client/page-sizes.ts'
import type { PortalClient } from '../client/portal-clients.ts'
import type { Command, CommandResult } from '../client/rest.ts'
import { type DirectoryAnswer, missingBy } from './answer.ts'
import { byTitle, type Entry } from './entry.ts'

/** Pages of recent calls that are looked through for numbers of telephony apps, which the list of lines does not show. */
const pagesOfCalls = 4

/**
 * Telephone lines: those that the portal rents or connects, and the numbers seen in the last 200 calls (`platform.md` 5.3). Each half
 * needs a right of its own; with one of them the value is incomplete. The portal writes names of lines escaped, as for HTML; a line that a
 * telephony app has no number for is called by the app: where the portal does not name that either, its title is its id.
 */
export async function readLines(client: PortalClient): Promise<DirectoryAnswer<Entry[]>> {
  const calls = Array.from({ length: pagesOfCalls }, (_, page): [string, Command] => [
    `calls_${page}`,
    { method: 'voximplant.statistic.get', params: { SORT: 'ID', ORDER: 'DESC', start: page * PAGE_ROWS } },
  ])
  const { results } = await client.batch({ lines: { method: 'voximplant.line.get' }, ...Object.fromEntries(calls) })
  const lines = half(results.lines, 'telephony.numbers')
  const seen = calls.map(([name]) => half(results[name], 'telephony.statistics'))
  const [firstSeen] = seen
  if (lines.missing !== null && firstSeen?.missing) return { ok: false, missing: lines.missing }
  const titles = new Map<string, string>()
  for (const row of seen.flatMap(({ result }) => rowsOf(result))) {
    const line = String(row.PORTAL_NUMBER ?? '')
    const app = isLineOfApp(line) ? String(row.REST_APP_NAME ?? '').trim() : ''
    // Calls come newest first: an app that was renamed has its newest name.
    if (line !== '' && (titles.get(line) ?? line) === line) titles.set(line, app || line)
  }
  for (const [id, title] of Object.entries(lines.result ?? {})) titles.set(id, decodeHTMLStrict(String(title)))
  const value = byTitle([...titles].map(([id, title]) => ({ id, title })))
  const missing = lines.missing ?? firstSeen?.missing ?? null
  return { ok: true, value, ...(missing === null ? {} : { missing }) }
}

/** A line that stands for all calls of a telephony app: it has no number (`platform.md` 4.3). */
export function isLineOfApp(line: string): boolean {
  return line.startsWith('REST_APP:')
}

function half(answer: CommandResult | undefined, right: Missing): { result: object | null; missing: Missing | null } {
  if (answer === undefined) return { result: null, missing: right }
  if (!answer.ok) return { result: null, missing: missingBy(answer.error, 'telephony', right) }
  return { result: answer.result as object | null, missing: null }
}
