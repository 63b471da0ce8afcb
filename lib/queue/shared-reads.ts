import { groupCalls } from './grouped-calls.ts'

/**
 * Lets reads that come at the same time share a statement: a burst would else wait for as many of them, one after the other. Whoever asks gets
 * what was read after he asked, never an older answer; where the read of many fails each key is read alone.
 */
export function createSharedReads<Value>(
  readMany: (keys: string[]) => Promise<ReadonlyMap<string, Value>>,
): (key: string) => Promise<Value | undefined> {
  return groupCalls({
    async serve(keys: readonly string[]) {
      const found = await readMany([...new Set(keys)])
      return keys.map((key) => found.get(key))
    },
  })
}
