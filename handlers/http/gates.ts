/** Lets so many of one key through at a time, the others in the order in which they came; keys do not wait for each other. */
export type Gates = <T>(key: string, pass: () => Promise<T>) => Promise<T>

/** Those before take too long: nothing was done. */
export class GateTimeout extends Error {
  constructor() {
    super('Others take too long')
    this.name = 'GateTimeout'
  }
}

type Waiter = { go: () => void; timer: NodeJS.Timeout }

/** Whoever waits longer than `maxWaitMs` gets `GateTimeout`. */
export function createGates(atOnce: number, maxWaitMs: number): Gates {
  const gates = new Map<string, { inside: number; waiting: Waiter[] }>()

  const enter = (key: string): Promise<void> => {
    const gate = gates.get(key) ?? { inside: 0, waiting: [] }
    gates.set(key, gate)
    if (gate.inside < atOnce) {
      gate.inside += 1
      return Promise.resolve()
    }
    return new Promise((go, giveUp) => {
      const timer = setTimeout(() => {
        gate.waiting = gate.waiting.filter((waiter) => waiter.timer !== timer)
        giveUp(new GateTimeout())
      }, maxWaitMs)
      gate.waiting.push({ go, timer })
    })
  }
  const leave = (key: string): void => {
    const gate = gates.get(key)
    const next = gate?.waiting.shift()
    if (next) {
      // He takes over the place, so that it stays counted.
      clearTimeout(next.timer)
      next.go()
    } else if (gate && gate.inside > 1) gate.inside -= 1
    else gates.delete(key)
  }
  return async (key, pass) => {
    await enter(key)
    try {
      return await pass()
    } finally {
      leave(key)
    }
  }
}
