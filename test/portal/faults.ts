/** A fault that befalls the next requests it suits. */
export interface Fault {
  /** Only requests that hold this method (also inside a batch). At the OAuth server: `oauth/token` or `app.info`. */
  method?: string
  userId?: number
  /**
   * html: a gateway's page instead of JSON · cut: status 200 and the first half of the JSON · silent: no answer ever ·
   * reset: the connection breaks · status: `status` with `body` as JSON.
   */
  kind: 'html' | 'cut' | 'silent' | 'reset' | 'status'
  /** Before or after the portal has acted; before by default. */
  when?: 'before' | 'after'
  /** HTTP status of html (502) and status (500). */
  status?: number
  /** JSON body of status. */
  body?: unknown
  /** Milliseconds until it strikes. */
  ms?: number
  /** How many requests it befalls; 1 by default. */
  times?: number
}

export interface Faults {
  /** Adds a fault; faults strike in the order they were added. */
  next(fault: Fault): void
  /** Every connection is broken off, as if nobody listened. */
  down: boolean
  /** Every request waits so long first. */
  slowMs: number
  /** What has not struck yet. */
  waiting: Fault[]
}

export function createFaults(): Faults {
  const waiting: Fault[] = []
  return {
    next: (fault) => {
      waiting.push(fault)
    },
    down: false,
    slowMs: 0,
    waiting,
  }
}

/** Takes the first fault that suits this request at this moment, if any. */
export function takeFault(
  faults: Faults,
  when: 'before' | 'after',
  methods: string[],
  userId: number | null,
): Fault | undefined {
  const index = faults.waiting.findIndex((fault) => (fault.when ?? 'before') === when && suits(fault, methods, userId))
  const fault = faults.waiting[index]
  if (!fault) return undefined
  const left = (fault.times ?? 1) - 1
  if (left > 0) faults.waiting[index] = { ...fault, times: left }
  else faults.waiting.splice(index, 1)
  return fault
}

function suits(fault: Fault, methods: string[], userId: number | null): boolean {
  const method = fault.method?.toLowerCase()
  return (method === undefined || methods.includes(method)) && (fault.userId === undefined || fault.userId === userId)
}
