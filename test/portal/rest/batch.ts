import { parseForm } from '../http/read-request.ts'
import { errorBody, RestError } from './error.ts'
import { execute } from './execute.ts'
import type { Call, Outcome } from './method.ts'
import { asMap, phpMap } from './php.ts'
import { resolveReferences } from './references.ts'

const MOST_COMMANDS = 50

type Maps = Record<'result' | 'result_error' | 'result_total' | 'result_next' | 'result_time', Record<string, unknown>>

/**
 * Runs up to fifty commands one after another (platform.md 5.14). It always succeeds as a whole; refusals stand in
 * `result_error`. Commands that finished before the gateway gave up stay done.
 */
export async function runBatch(call: Call): Promise<Outcome> {
  const maps: Maps = { result: {}, result_error: {}, result_total: {}, result_next: {}, result_time: {} }
  const halt = ['1', 'true', 'Y'].includes(String(call.params.halt))
  for (const [position, [key, written]] of commands(call).entries()) {
    try {
      if (position >= MOST_COMMANDS) throw new RestError('ERROR_BATCH_LENGTH_EXCEEDED', 'Max batch length exceeded')
      note(maps, key, await runCommand(call, String(written), maps.result))
    } catch (error) {
      if (!(error instanceof RestError)) throw error
      maps.result_error[key] = errorBody(error)
      if (halt) break
    }
  }
  return { result: Object.fromEntries(Object.entries(maps).map(([name, map]) => [name, phpMap(map)])) }
}

/** The methods inside a batch, for the request log and for faults. */
export function methodsOfBatch(params: Record<string, unknown>): string[] {
  return Object.values(asMap(params.cmd)).map((command) => split(String(command)).method)
}

function commands(call: Call): [string, unknown][] {
  return Object.entries(asMap(call.params.cmd))
}

async function runCommand(call: Call, written: string, results: Record<string, unknown>) {
  const { method, query } = split(written)
  if (method === 'batch')
    throw new RestError('ERROR_BATCH_METHOD_NOT_ALLOWED', 'Method is not allowed for batch usage', 405)
  const params = resolveReferences(parseForm(query), results, call.portal.switches.unresolvedReference)
  return execute({ ...call, method, params })
}

function note(maps: Maps, key: string, outcome: Awaited<ReturnType<typeof execute>>): void {
  maps.result[key] = outcome.result
  maps.result_time[key] = outcome.time
  if (outcome.total !== undefined) maps.result_total[key] = outcome.total
  if (outcome.next !== undefined) maps.result_next[key] = outcome.next
}

function split(command: string): { method: string; query: string } {
  const mark = command.indexOf('?')
  const name = mark < 0 ? command : command.slice(0, mark)
  return { method: name.toLowerCase().replace(/\.json$/, ''), query: mark < 0 ? '' : command.slice(mark + 1) }
}
