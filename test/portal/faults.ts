/** A fault that befalls the next requests it suits. */
export interface Fault {
  /** Only requests that hold this method (also inside a batch). At the OAuth server: `oauth/token` or `app.info`. */
  method?: string
  /** Only commands of a batch whose names begin so. */
  command?: string
  userId?: number
  /**
   * The whole request: html: a gateway's page instead of JSON · cut: status 200 and the first half of the JSON · silent: no answer
   * ever · reset: the connection breaks · status: `status` with `body` as JSON.
   * One command, alone or inside a batch: refusal: it is refused with `body` (`{error, error_description}`), alone with `status` ·
   * result: it is done, and `body` comes instead of its result · nothing: it is done, and the batch does not mention it.
   */
  kind: 'html' | 'cut' | 'silent' | 'reset' | 'status' | 'refusal' | 'result' | 'nothing'
  /** Before or after the portal has acted; before by default, but for `result` and `nothing`. */
  when?: 'before' | 'after'
  /** HTTP status of html (502), status (500) and refusal (400). */
  status?: number
  /** JSON body of status (a buffer is sent as it is), error of refusal, result of result. */
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
  return take(faults, (fault) => !isOfCommand(fault) && moment(fault) === when && suits(fault, methods, userId))
}

/** As `takeFault`, for one command that is run alone or in a batch. */
export function takeCommandFault(
  faults: Faults,
  when: 'before' | 'after',
  { method, name, userId }: { method: string; name: string | undefined; userId: number },
): Fault | undefined {
  return take(
    faults,
    (fault) =>
      isOfCommand(fault) &&
      moment(fault) === when &&
      suits(fault, [method], userId) &&
      (fault.command === undefined || name?.startsWith(fault.command) === true),
  )
}

function take(faults: Faults, test: (fault: Fault) => boolean): Fault | undefined {
  const index = faults.waiting.findIndex(test)
  const fault = faults.waiting[index]
  if (!fault) return undefined
  const left = (fault.times ?? 1) - 1
  if (left > 0) faults.waiting[index] = { ...fault, times: left }
  else faults.waiting.splice(index, 1)
  return fault
}

function isOfCommand({ kind }: Fault): boolean {
  return kind === 'refusal' || isAfterwards(kind)
}

function moment({ kind, when }: Fault): 'before' | 'after' {
  return when ?? (isAfterwards(kind) ? 'after' : 'before')
}

function isAfterwards(kind: Fault['kind']): boolean {
  return kind === 'result' || kind === 'nothing'
}

function suits(fault: Fault, methods: string[], userId: number | null): boolean {
  const method = fault.method?.toLowerCase()
  return (method === undefined || methods.includes(method)) && (fault.userId === undefined || fault.userId === userId)
}
