import { setImmediate as othersTurn } from 'node:timers/promises'

type Waiting<Value> = { key: string; done: (value: Value | undefined) => void; failed: (error: unknown) => void }

/**
 * Lets reads that come at the same time share a statement: a burst would else wait for as many of them, one after the other. Whoever asks gets
 * what was read after he asked, never an older answer; where the read of many fails each key is read alone.
 */
export function createSharedReads<Value>(
  readMany: (keys: string[]) => Promise<ReadonlyMap<string, Value>>,
): (key: string) => Promise<Value | undefined> {
  let waiting: Waiting<Value>[] = []
  let isRunning = false

  const read = async (group: readonly Waiting<Value>[]) => {
    const found = await readMany([...new Set(group.map(({ key }) => key))])
    for (const { key, done } of group) done(found.get(key))
  }
  const readAll = async () => {
    isRunning = true
    while (waiting.length > 0) {
      // Requests whose bytes are here already are read first.
      await othersTurn()
      const group = waiting
      waiting = []
      try {
        await read(group)
      } catch (error) {
        if (group.length === 1) for (const { failed } of group) failed(error)
        else for (const one of group) await read([one]).catch(one.failed)
      }
    }
    isRunning = false
  }
  return (key) =>
    new Promise((done, failed) => {
      waiting.push({ key, done, failed })
      if (!isRunning) void readAll()
    })
}
