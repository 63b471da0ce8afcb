/** A map that forgets what was not asked for longest once it holds `size` entries. */
export type Lru<V> = Readonly<{
  get: (key: string) => V | undefined
  set: (key: string, value: V) => void
}>

export function createLru<V>(size: number): Lru<V> {
  const entries = new Map<string, V>()
  return {
    get(key) {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      const [oldest] = entries.keys()
      if (entries.size > size && oldest !== undefined) entries.delete(oldest)
    },
  }
}
