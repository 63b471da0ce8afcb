import Keyv, { KeyvMemoryAdapter } from 'keyv'
import { LRUCache } from 'lru-cache'

/** One tenant's part of a cache: values are kept for as many milliseconds as `set` is told, and handed out as they are. */
export type ExpiringCache<Value> = Pick<Keyv<Value>, 'get' | 'set' | 'clear'>

/**
 * A cache of short-lived values in memory, each tenant in a namespace of its own, so many letters of JSON at most over all of them. A value that
 * takes more than a sixteenth of that is not kept: one tenant's would push out everybody's. keyv has no bound and
 * drops an expired value only when it is asked for it, so it stands on an LRU cache that is told the time to live as well. Keyv sets the namespace
 * on its adapter: one that two of them share mixes tenants. Without a listener of `error` a call that fails throws.
 */
export function expiringCache<Value extends {}>(mostLetters: number): (tenant: string) => ExpiringCache<Value> {
  const entries = new LRUCache<string, object>({
    maxSize: mostLetters,
    maxEntrySize: Math.ceil(mostLetters / 16),
    sizeCalculation: (value, key) => key.length + JSON.stringify(value).length,
  })
  const store = {
    get: (key: string) => entries.get(key),
    has: (key: string) => entries.has(key),
    set: (key: string, value: object, ttl?: number) => entries.set(key, value, ttl === undefined ? {} : { ttl }),
    delete: (key: string) => entries.delete(key),
    clear: () => entries.clear(),
    keys: () => entries.keys(),
  }
  return (tenant) => new Keyv<Value>({ store: new KeyvMemoryAdapter(store), namespace: tenant, serialization: false })
}
