/** Lets so many of one key through at a time, the others in the order in which they came; keys do not wait for each other. */
export type Gates = <T>(key: string, pass: () => Promise<T>) => Promise<T>

export function createGates(atOnce: number): Gates {
  const inside = new Map<string, { count: number; waiting: (() => void)[] }>()

  const enter = async (key: string): Promise<void> => {
    const gate = inside.get(key) ?? { count: 0, waiting: [] }
    inside.set(key, gate)
    // Who leaves hands his place on, so that it stays counted.
    if (gate.count >= atOnce) await new Promise<void>((go) => gate.waiting.push(go))
    else gate.count += 1
  }
  const leave = (key: string): void => {
    const gate = inside.get(key)
    const next = gate?.waiting.shift()
    if (next) next()
    else if (gate && gate.count > 1) gate.count -= 1
    else inside.delete(key)
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
