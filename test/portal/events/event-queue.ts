/** The queue server between portal and handlers (platform.md 3.2): everything that is on its way. */
export interface EventQueue {
  /** Timers of what waits, so that `stop` can drop it. */
  timers: Set<NodeJS.Timeout>
  /** What waits or is being sent. */
  pending: number
  /** Called when nothing is pending any more. */
  idleWaiters: (() => void)[]
  /** The latest time (ms) something was due: later events may overtake by a second at most. */
  latestDue: number
  /** The end of the strict line of deliveries. */
  tail: Promise<void>
  stopped: AbortController
}

export function createQueue(): EventQueue {
  return {
    timers: new Set(),
    pending: 0,
    idleWaiters: [],
    latestDue: 0,
    tail: Promise.resolve(),
    stopped: new AbortController(),
  }
}
