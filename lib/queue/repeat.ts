/** What is done again and again: `first` resolves when it was done once, `stop` lets it begin no further time, and waits for one that has begun. */
export type Repeated = Readonly<{ first: Promise<void>; stop(): Promise<void> }>

/**
 * Does it at once, and again so long after it was through, milliseconds. Timers go by a clock that nobody sets: when the machine's time is put
 * forward or back, nothing is held up, and nothing is made up for. `act` must not throw.
 */
export function repeat(act: () => Promise<void>, pauseMs: number): Repeated {
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  const round = async () => {
    await act()
    if (!isStopped) timer = setTimeout(begin, pauseMs)
  }
  const begin = () => {
    latest = round()
  }
  const first = round()
  let latest = first
  return {
    first,
    stop() {
      isStopped = true
      clearTimeout(timer)
      return latest
    },
  }
}
