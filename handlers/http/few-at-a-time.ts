import { setImmediate as othersTurn } from 'node:timers/promises'
import { ApiError } from './api-error.ts'

/** Who waits behind so many others would not get his answer while he looks at the page. */
const MOST_WAITING = 50

/** Does few of a key's acts at a time; the others wait for their turn, and beyond a limit are too many. */
export function fewAtATime(most: number): <T>(key: string, act: () => Promise<T>) => Promise<T> {
  const gates = new Map<string, { running: number; waiting: (() => void)[] }>()
  return async (key, act) => {
    const gate = gates.get(key) ?? { running: 0, waiting: [] }
    gates.set(key, gate)
    if (gate.waiting.length >= MOST_WAITING) throw new ApiError('too-many')
    if (gate.running >= most) {
      await new Promise<void>((resolve) => gate.waiting.push(resolve))
      // SQLite answers within the event loop: whoever else is there has his turn first.
      await othersTurn()
    } else gate.running++
    try {
      return await act()
    } finally {
      const next = gate.waiting.shift()
      if (next) next()
      else if (--gate.running === 0) gates.delete(key)
    }
  }
}
