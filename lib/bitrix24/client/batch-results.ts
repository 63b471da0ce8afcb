import { mapOf } from '../../domain/php-values.ts'
import { PortalUnavailableError, UnknownOutcomeError } from '../errors/errors.ts'
import { type ErrorBody, errorFromAnswer, type RequestInfo } from '../errors/from-answer.ts'
import { isReadMethod } from './read-methods.ts'
import type { Command, CommandResult } from './rest.ts'

type PhpMap = Readonly<Record<string, unknown>>

/** Working time of one command, as the portal counted it. */
export type CommandTime = Readonly<{ operating_reset_at?: unknown }>

/**
 * What each command of a batch came to, under its name. The SDK's own reading is not used: it takes an empty or numeric error
 * code for success, and throws the whole answer away when one command has none.
 */
export function batchResults(
  commands: Readonly<Record<string, Command>>,
  answer: unknown,
  now: Date,
): Record<string, CommandResult> {
  const parts = mapOf(answer)
  const [results, errors, totals, nexts] = ['result', 'result_error', 'result_total', 'result_next'].map((name) =>
    mapOf(parts[name]),
  ) as [PhpMap, PhpMap, PhpMap, PhpMap]
  return Object.fromEntries(
    Object.entries(commands).map(([name, { method }]) => {
      const asked = { writes: !isReadMethod(method), method, now }
      const refusal = errors[name] ?? null
      if (refusal !== null) return [name, { ok: false, error: errorFromAnswer(body(refusal), 200, asked) }]
      if (!Object.hasOwn(results, name)) return [name, { ok: false, error: missing(asked) }]
      return [name, { ok: true, result: results[name], ...count('total', totals[name]), ...count('next', nexts[name]) }]
    }),
  )
}

/** `time` of each command that has one. */
export function batchTimes(answer: unknown): [string, CommandTime][] {
  return Object.entries(mapOf(mapOf(answer).result_time)).map(([name, time]) => [name, mapOf(time)])
}

/** `total` and `next` of an answer, where they are numbers. */
export function count<Name extends 'total' | 'next'>(name: Name, value: unknown): Partial<Record<Name, number>> {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? ({ [name]: number } as Record<Name, number>) : {}
}

/** An entry is `{error, error_description}`, sometimes the bare code. */
function body(entry: unknown): ErrorBody {
  return typeof entry === 'object' && entry !== null ? entry : { error: entry }
}

/** The portal said nothing about a command: one that writes may have been done. */
function missing(asked: RequestInfo) {
  const facts = { code: 'NO_RESULT', text: 'the batch answer does not mention this command', status: 200 }
  return asked.writes ? new UnknownOutcomeError(facts) : new PortalUnavailableError(facts)
}
