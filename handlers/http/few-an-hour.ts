const HOUR_MS = 3_600_000

/**
 * Lets a key pass so many times in an hour of the clock. At most so many keys are counted in an hour, so that memory is bounded; others do not
 * pass until the next one.
 */
export function fewAnHour(
  clock: () => Date,
  { times, keys }: { times: number; keys: number },
): (key: string) => boolean {
  let passed = new Map<string, number>()
  let began = 0
  return (key) => {
    const hour = Math.floor(clock().getTime() / HOUR_MS)
    if (hour !== began) {
      passed = new Map()
      began = hour
    }
    const before = passed.get(key) ?? 0
    if (before >= times || (before === 0 && passed.size >= keys)) return false
    passed.set(key, before + 1)
    return true
  }
}
