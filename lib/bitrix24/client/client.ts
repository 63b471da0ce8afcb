import { fitAnswer } from '../drift/fit-answer.ts'
import { ForbiddenError, RejectedError, UnknownOutcomeError } from '../errors/errors.ts'
import type { RequestInfo } from '../errors/from-answer.ts'
import type { Budget } from '../rate-limit/budget.ts'
import { recordReset } from '../rate-limit/method-limits.ts'
import { pausedCommands, pauseOf, withWait } from '../rate-limit/method-pauses.ts'
import { averagedSpeed } from '../rate-limit/move-batch-size.ts'
import { batchResults, batchTimes, count } from './batch-results.ts'
import { commandLine, referredTo } from './command.ts'
import type { Answer, Connection } from './connection.ts'
import { callWithFailover, type FailoverHooks } from './failover.ts'
import { BATCH_COMMANDS } from './page-sizes.ts'
import type { PortalClient } from './portal-clients.ts'
import { isReadMethod } from './read-methods.ts'
import type { Command, CommandResult } from './rest.ts'

type Commands = Readonly<Record<string, Command>>
type Results = Readonly<Record<string, CommandResult>>
type Failed = CommandResult & { ok: false }

export type ClientParts = Readonly<{
  portal: string
  budget: Budget
  clock: () => Date
  links: FailoverHooks
  /** Called when an answer does not look as we know it. */
  drift?: (method: string, values: readonly unknown[]) => void
  /** Called when the person whose access it is lacks a right. */
  lacksRight?: () => void
}>

/** A failed batch of moves that took this long tells how slow they are, milliseconds. */
const slowFailure = 20_000

/** A client of one portal. `connected` is the link that proved there is an access. */
export function createClient(parts: ClientParts, connected: Connection): PortalClient {
  const { budget, clock, links } = parts
  let { userId } = connected.target

  const send = async (method: string, params: object, asked: RequestInfo): Promise<Answer> => {
    try {
      const { link, answer } = await callWithFailover(links, [method, params, asked])
      userId = link.target.userId
      return answer
    } catch (error) {
      if (error instanceof ForbiddenError) parts.lacksRight?.()
      throw withWait(budget, error)
    }
  }

  const sendBatch = async (commands: Commands, notAfter: Date | undefined): Promise<Answer> => {
    const cmd = Object.fromEntries(Object.entries(commands).map(([name, command]) => [name, commandLine(command)]))
    const writes = Object.values(commands).some(({ method }) => !isReadMethod(method))
    const begun = performance.now()
    try {
      return await send('batch', { halt: 0, cmd }, { writes, now: clock(), notAfter })
    } catch (error) {
      const took = performance.now() - begun
      if (error instanceof UnknownOutcomeError && took > slowFailure) recordSpeed(budget, countMoves(commands), took)
      throw error
    }
  }

  return {
    portal: parts.portal,
    get userId() {
      return userId
    },
    async call(method, params = {}) {
      const held = pauseOf(budget, method)
      if (held !== null) throw held
      const { payload } = await send(method, params, { writes: !isReadMethod(method), method, now: clock() })
      recordReset(budget.methods, method, payload.time?.operating_reset_at)
      const { result } = payload
      const answer = { ok: true as const, result, ...count('total', payload.total), ...count('next', payload.next) }
      const fitting = fitted(parts, { method, params }, answer)
      if (!fitting.ok) throw fitting.error
      return fitting
    },
    async batch(commands, notAfter) {
      checkNames(commands)
      const held = pausedCommands(budget, commands)
      const [firstHeld] = held.values()
      if (firstHeld !== undefined && held.size === Object.keys(commands).length) throw firstHeld
      const going = Object.fromEntries(Object.entries(commands).filter(([name]) => !held.has(name)))
      const answer = await sendBatch(going, notAfter)
      const results = Object.entries(batchResults(going, answer.payload.result, clock()))
      const found = Object.fromEntries(results.map(([name, result]) => [name, fitted(parts, going[name], result)]))
      if (Object.entries(going).some(([name, command]) => isDenied(command, found[name]))) parts.lacksRight?.()
      recordSpeed(budget, countMoves(going, found), answer.ms)
      for (const [name, time] of batchTimes(answer.payload.result)) {
        const method = going[name]?.method
        if (method !== undefined) recordReset(budget.methods, method, time.operating_reset_at)
      }
      const waiting = [...held].map(([name, error]) => [name, { ok: false as const, error }] as const)
      return { requestId: answer.requestId, results: { ...withWaits(budget, found), ...Object.fromEntries(waiting) } }
    },
  }
}

/** A command whose reference led nowhere asked for what is not there: its refusal says nothing of rights. */
function isDenied({ params }: Command, result: CommandResult | undefined): boolean {
  return result?.ok === false && result.error instanceof ForbiddenError && referredTo(params).length === 0
}

/**
 * Notes what does not look as we know it. An answer that nothing can be read of counts as a refusal, where the method only looks: what a
 * writing one has done shows otherwise.
 */
function fitted<R extends CommandResult>({ drift }: ClientParts, command: Command | undefined, answer: R): R | Failed {
  if (!answer.ok || command === undefined) return answer
  const { method, params } = command
  const { odd, isUsable } = fitAnswer(method, params, answer.result)
  if (odd.length > 0) drift?.(method, odd)
  if (isUsable || !isReadMethod(method)) return answer
  return { ok: false, error: new RejectedError({ code: 'UNEXPECTED_ANSWER', text: method, status: 200 }) }
}

function withWaits(budget: Budget, results: Results): Results {
  const waiting = Object.entries(results).map(([name, result]): [string, CommandResult] => [
    name,
    result.ok ? result : { ok: false, error: withWait(budget, result.error) },
  ])
  return Object.fromEntries(waiting)
}

/** Moves among commands; with results only those that were made, as a refusal takes no time. */
function countMoves(commands: Commands, results?: Results): number {
  const moves = Object.entries(commands).filter(([, { method }]) => method === 'crm.item.update')
  return results ? moves.filter(([name]) => results[name]?.ok).length : moves.length
}

function recordSpeed(budget: Budget, moves: number, ms: number): void {
  if (moves > 0) budget.secondsPerMove = averagedSpeed(budget.secondsPerMove, moves, ms / 1000)
}

/** Names stand in references and are PHP keys: a blank ends a reference, and numbers would make the portal answer with lists. */
function checkNames(commands: Commands): void {
  const names = Object.keys(commands)
  if (names.length === 0 || names.length > BATCH_COMMANDS) {
    throw new RangeError(`a batch takes 1 to ${BATCH_COMMANDS} commands, not ${names.length}`)
  }
  const odd = names.find((name) => !/^[A-Za-z_]\w*$/.test(name))
  if (odd !== undefined) throw new RangeError(`${odd} cannot name a command of a batch`)
}
