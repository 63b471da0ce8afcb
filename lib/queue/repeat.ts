/** What is done again and again: `first` resolves when it was done once, `stop` lets it begin no further time. */
export type Repeated = Readonly<{ first: Promise<void>; stop(): void }>

/**
 * Does it at once, and again so long after it was through, milliseconds. Timers go by a clock that nobody sets: when the machine's time is put
 * forward or back, nothing is held up, and nothing is made up for. `act` must not throw.
 */
export function repeat(act: () => Promise<void>, pauseMs: number): Repeated {
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  const round = async () => {
    await act()
    if (!isStopped) timer = setTimeout(() => void round(), pauseMs)
  }
  return {
    first: round(),
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
