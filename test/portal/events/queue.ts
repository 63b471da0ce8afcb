import type { PortalState } from '../state.ts'
import { between } from '../world/random.ts'
import type { EventQueue } from './event-queue.ts'
import { hit } from './hit.ts'

const SHUFFLE_MS = 1000

/** Lets a delivery out after the portal's delay: in its order, or overtaking others by up to one second. */
export function enqueue(portal: PortalState, deliver: () => Promise<void>): void {
  const { queue } = portal
  const strict = portal.switches.eventOrder === 'strict'
  const wanted = Date.now() + between(portal.random, portal.eventDelayMs)
  const due = Math.max(wanted, queue.latestDue - (strict ? 0 : SHUFFLE_MS))
  queue.latestDue = Math.max(queue.latestDue, due)
  later(portal, due - Date.now(), strict ? inTurn(queue, deliver) : deliver)
}

/** The place in the line is taken now: timers that are due within one millisecond go off in any order. */
function inTurn(queue: EventQueue, deliver: () => Promise<void>): () => Promise<void> {
  const before = queue.tail
  const { promise, resolve } = Promise.withResolvers<void>()
  queue.tail = promise
  return async () => {
    await before
    await deliver().finally(resolve)
  }
}

/** Does something after a while, as a hit of its own; `idle` waits for it, `stop` drops it. */
export function later(portal: PortalState, ms: number, work: () => Promise<void> | void): void {
  const { queue } = portal
  if (queue.stopped.signal.aborted) return
  queue.pending += 1
  const timer = setTimeout(async () => {
    queue.timers.delete(timer)
    try {
      await hit(work)
    } finally {
      settle(queue)
    }
  }, ms)
  queue.timers.add(timer)
}

/** Resolves when nothing waits or is being sent. */
export function whenIdle(queue: EventQueue): Promise<void> {
  if (queue.pending === 0) return Promise.resolve()
  return new Promise((resolve) => {
    queue.idleWaiters.push(resolve)
  })
}

/** Drops what waits and breaks off what is being sent. */
export function stopQueue(queue: EventQueue): void {
  queue.stopped.abort()
  for (const timer of queue.timers) {
    clearTimeout(timer)
    settle(queue)
  }
  queue.timers.clear()
}

function settle(queue: EventQueue): void {
  queue.pending -= 1
  if (queue.pending > 0) return
  for (const resolve of queue.idleWaiters.splice(0)) resolve()
}
