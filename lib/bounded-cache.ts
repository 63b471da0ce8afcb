import { LRUCache } from 'lru-cache'

/**
 * A cache of so many entries at most; what was asked for longest ago goes first. It grows as it fills: with lru-cache's `max` it would take all
 * of its room when it is made, 70 ms of a start.
 */
export function boundedCache<Value extends {}>(most: number): LRUCache<string, Value> {
  return new LRUCache<string, Value>({ maxSize: most, sizeCalculation: () => 1 })
}
