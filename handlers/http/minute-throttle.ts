/**
 * Lets the first of a key pass in each minute. Forgets by dropping whole minutes, so that memory is bounded by what comes in
 * two minutes; at most `capacity` different keys pass in one minute.
 */
export function createMinuteThrottle(clock: () => Date, capacity: number): (key: string) => boolean {
  let before = new Map<string, number>()
  let now = new Map<string, number>()
  let began = clock().getTime()
  return (key) => {
    const at = clock().getTime()
    if (at - began >= 60_000) {
      before = at - began >= 120_000 ? new Map() : now
      now = new Map()
      began = at
    }
    const last = now.get(key) ?? before.get(key)
    if (last !== undefined && at - last < 60_000) return false
    if (now.size >= capacity) return false
    now.set(key, at)
    return true
  }
}
