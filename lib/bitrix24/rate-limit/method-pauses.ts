import { referredTo } from '../client/command.ts'
import type { Command } from '../client/rest.ts'
import { RateLimitError } from '../errors/errors.ts'
import type { Budget } from './budget.ts'
import { pausedUntil, pauseMethod } from './method-limits.ts'

/** Why a method cannot be called now; `null`: it can. */
export function pauseOf(budget: Budget, method: string): RateLimitError | null {
  const until = pausedUntil(budget.methods, method, budget.time.clock())
  if (until === null) return null
  const facts = { code: 'OPERATION_TIME_LIMIT', text: `${method} has used its working time up` }
  return new RateLimitError(facts, until, method)
}

/** Commands that cannot go now, by name: those whose method has to wait, and those that use the results of such. */
export function pausedCommands(
  budget: Budget,
  commands: Readonly<Record<string, Command>>,
): Map<string, RateLimitError> {
  const held = new Map<string, RateLimitError>()
  for (const [name, { method, params }] of Object.entries(commands)) {
    const needed = referredTo(params).flatMap((other) => held.get(other) ?? [])
    const error = pauseOf(budget, method) ?? needed[0]
    if (error !== undefined) held.set(name, error)
  }
  return held
}

/** A limit that the portal named, with the waiting time that the budget knows better; its method waits from now on. */
export function withWait<E>(budget: Budget, error: E): E | RateLimitError {
  if (!(error instanceof RateLimitError)) return error
  const { code, text, status, method, waitUntil } = error
  const until =
    method === undefined
      ? new Date(Math.max(waitUntil.getTime(), budget.meter.seen().blockedUntil))
      : pauseMethod(budget.methods, method, waitUntil, budget.time.clock())
  return new RateLimitError({ code, text, status }, until, method)
}
