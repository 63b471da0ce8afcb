import { parseStr } from '../php/parse-str.ts'
import { readCommandLine } from './command-line.ts'
import { errorBody, RestError } from './error.ts'
import { execute, Unmentioned } from './execute.ts'
import type { Call, Outcome } from './method.ts'
import { asMap, phpMap } from './php.ts'
import { type BatchState, resolveReferences } from './references.ts'
import { passSecurityFilter } from './security-filter.ts'

const MOST_COMMANDS = 50

type Maps = Record<keyof BatchState, Record<string, unknown>>

/**
 * Runs up to fifty commands one after another (platform.md 5.14). It always succeeds as a whole; refusals stand in
 * `result_error`, without a status. Commands that finished before the gateway gave up stay done.
 */
export async function runBatch(call: Call): Promise<Outcome> {
  const maps: Maps = { result: {}, error: {}, total: {}, next: {}, time: {} }
  const halt = ['1', 'true', 'Y'].includes(String(call.params.halt))
  for (const [position, [key, written]] of Object.entries(asMap(call.params.cmd)).entries()) {
    try {
      if (position >= MOST_COMMANDS) throw new RestError('ERROR_BATCH_LENGTH_EXCEEDED', 'Max batch length exceeded')
      note(maps, key, await runCommand({ ...call, command: key }, String(written), maps))
    } catch (error) {
      if (error instanceof Unmentioned) continue
      if (!(error instanceof RestError)) throw error
      maps.error[key] = errorBody(error)
      if (halt) break
    }
  }
  const answers = Object.entries(maps).map(([name, map]) => [name === 'result' ? name : `result_${name}`, phpMap(map)])
  return { result: Object.fromEntries(answers) }
}

/** The methods inside a batch, for the request log and for faults. */
export function methodsOfBatch(params: Record<string, unknown>): string[] {
  return Object.values(asMap(params.cmd)).map((line) => methodName(readCommandLine(String(line)).method))
}

/** A command as it is run: its method as written, its parameters with what earlier commands left. */
export function readCommand(line: string, state: BatchState) {
  const { method, query } = readCommandLine(line)
  return { method, params: resolveReferences(parseStr(query), state) }
}

async function runCommand(call: Call, line: string, maps: Maps) {
  const command = readCommand(line, stateOf(maps))
  const method = methodName(command.method)
  if (method === 'batch')
    throw new RestError('ERROR_BATCH_METHOD_NOT_ALLOWED', 'Method is not allowed for batch usage', 405)
  return execute({ ...call, method, params: passSecurityFilter(call.portal, asMap(command.params)) })
}

function stateOf({ result, error, total, next, time }: Maps): BatchState {
  return { result: phpMap(result), error: phpMap(error), total: phpMap(total), next: phpMap(next), time: phpMap(time) }
}

function methodName(method: string | null): string {
  return (method ?? '').toLowerCase()
}

function note(maps: Maps, key: string, outcome: Awaited<ReturnType<typeof execute>>): void {
  maps.result[key] = outcome.result
  maps.time[key] = outcome.time
  if (outcome.total !== undefined) maps.total[key] = outcome.total
  if (outcome.next !== undefined) maps.next[key] = outcome.next
}
