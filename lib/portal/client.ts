import { batchResults, batchTimes, count } from './batch-results.ts'
import type { Budget } from './budget.ts'
import { commandLine, referredTo } from './command.ts'
import type { Asked } from './error-from-answer.ts'
import { AccessDead, LimitReached, OutcomeUnknown, type PortalError } from './errors.ts'
import { type Answer, ask, type Link } from './link.ts'
import { noteReset, pausedUntil, pauseMethod } from './method-limits.ts'
import { averagedSpeed, batchSize } from './plan-batches.ts'
import { isReading } from './reading-methods.ts'
import type { BatchAnswer, Command, CommandResult, PortalClient } from './types.ts'

/** A failed batch of moves that took this long tells how slow they are, milliseconds. */
const slowFailure = 20_000

export type ClientParts = Readonly<{
  portal: string
  budget: Budget
  clock: () => Date
  /** The link to use now. Throws `AccessDead` when there is none. */
  connect: () => Promise<Link>
  /** The link was answered with a redirect: true when the portal is proven to be elsewhere now. */
  moved: (link: Link) => Promise<boolean>
  /** The portal refused this link's access for good. */
  refused: (link: Link, why: AccessDead) => Promise<void>
  /** The link served. */
  served: (link: Link) => void
}>

/** A client of one portal. `connected` is the link that proved there is an access. */
export function createClient(parts: ClientParts, connected: Link): PortalClient {
  let { userId } = connected.target
  const send = async (method: string, params: object, asked: Asked): Promise<Answer> => {
    const link = await connectedFor(parts, (link) => ask(link, method, params, asked))
    userId = link.link.target.userId
    return link.answer
  }
  return {
    portal: parts.portal,
    get userId() {
      return userId
    },
    async call(method, params = {}) {
      const waits = pausedUntil(parts.budget.methods, method, parts.clock())
      if (waits !== null) throw paused(method, waits)
      const asked = { writes: !isReading(method), method, now: parts.clock() }
      const { payload } = await send(method, params, asked).catch((error) => {
        throw limited(parts.budget, error)
      })
      noteReset(parts.budget.methods, method, payload.time?.operating_reset_at)
      return { ok: true, result: payload.result, ...count('total', payload.total), ...count('next', payload.next) }
    },
    async batch(commands) {
      check(commands)
      const held = heldBack(parts.budget, commands)
      const going = Object.fromEntries(Object.entries(commands).filter(([name]) => !held.has(name)))
      if (Object.keys(going).length === 0) throw [...held.values()][0] ?? new RangeError('a batch needs a command')
      const answer = await sendBatch(parts, going, send)
      const results = Object.entries(commands).map(([name]) => {
        const error = held.get(name)
        return [name, error ? { ok: false, error } : answer.results[name]]
      })
      return { requestId: answer.requestId, results: Object.fromEntries(results) }
    },
  }
}

/**
 * Asks over the present link; over another one when the portal did not act on the request: it has another address now, or this
 * access is dead and there is another one.
 */
async function connectedFor(parts: ClientParts, request: (link: Link) => Promise<Answer>) {
  let link = await parts.connect()
  for (let turn = 1; ; turn++) {
    try {
      const answer = await request(link)
      parts.served(link)
      return { link, answer }
    } catch (error) {
      if (turn === 4 || !(await mayRepeat(parts, link, error as PortalError))) throw error
      const next = await parts.connect().catch(() => {
        throw error
      })
      if (next === link) throw error
      link = next
    }
  }
}

async function mayRepeat(parts: ClientParts, link: Link, error: PortalError): Promise<boolean> {
  if (/^HTTP_30[12378]$/.test(error.code)) return parts.moved(link)
  if (!(error instanceof AccessDead)) return false
  await parts.refused(link, error)
  return true
}

async function sendBatch(
  parts: ClientParts,
  commands: Readonly<Record<string, Command>>,
  send: (method: string, params: object, asked: Asked) => Promise<Answer>,
): Promise<BatchAnswer> {
  const { budget, clock } = parts
  const cmd = Object.fromEntries(Object.entries(commands).map(([name, command]) => [name, commandLine(command)]))
  const writes = Object.values(commands).some(({ method }) => !isReading(method))
  const moves = Object.values(commands).filter(({ method }) => method === 'crm.item.update').length
  const begun = performance.now()
  const answer = await send('batch', { halt: 0, cmd }, { writes, now: clock() }).catch((error: PortalError) => {
    const took = performance.now() - begun
    if (moves > 0 && took > slowFailure && error instanceof OutcomeUnknown) {
      budget.secondsPerMove = averagedSpeed(budget.secondsPerMove, moves, took / 1000)
    }
    throw limited(budget, error)
  })
  if (moves > 0) budget.secondsPerMove = averagedSpeed(budget.secondsPerMove, moves, answer.ms / 1000)
  for (const [name, time] of batchTimes(answer.payload.result)) {
    const method = commands[name]?.method
    if (method !== undefined) noteReset(budget.methods, method, time.operating_reset_at)
  }
  const results = batchResults(commands, answer.payload.result, clock())
  return { requestId: answer.requestId, results: mapValues(results, (result) => pausing(budget, result)) }
}

/** A method at its limit waits from now on. */
function pausing(budget: Budget, result: CommandResult): CommandResult {
  return result.ok ? result : { ok: false, error: limited(budget, result.error) }
}

/** Limits with the waiting time that the budget knows better. */
function limited<E>(budget: Budget, error: E): E | LimitReached {
  if (!(error instanceof LimitReached)) return error
  const { code, text, status, method } = error
  if (method !== undefined)
    return new LimitReached(
      { code, text, status },
      pauseMethod(budget.methods, method, error.waitUntil, budget.time.clock()),
      method,
    )
  const until = new Date(Math.max(error.waitUntil.getTime(), budget.blockedUntil))
  return new LimitReached({ code, text, status }, until)
}

/** Commands whose method has to wait, and commands that use their results. */
function heldBack(budget: Budget, commands: Readonly<Record<string, Command>>): Map<string, LimitReached> {
  const held = new Map<string, LimitReached>()
  for (const [name, { method, params }] of Object.entries(commands)) {
    const waits = pausedUntil(budget.methods, method, budget.time.clock())
    const needed = referredTo(params).map((other) => held.get(other))
    const error = waits === null ? needed.find((other) => other !== undefined) : paused(method, waits)
    if (error !== undefined) held.set(name, error)
  }
  return held
}

function paused(method: string, until: Date): LimitReached {
  const facts = { code: 'OPERATION_TIME_LIMIT', text: `${method} has used its working time up` }
  return new LimitReached(facts, until, method)
}

/** Names are used in `$result[name]` and as PHP keys: numbers would make the portal answer with lists. */
function check(commands: Readonly<Record<string, Command>>): void {
  const names = Object.keys(commands)
  if (names.length === 0 || names.length > batchSize)
    throw new RangeError(`a batch takes 1 to ${batchSize} commands, not ${names.length}`)
  const odd = names.find((name) => !/^[A-Za-z_][\w-]*$/.test(name))
  if (odd !== undefined) throw new RangeError(`${odd} cannot name a command of a batch`)
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, to: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]))
}
