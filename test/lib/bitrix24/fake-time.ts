import type { Time } from '../../../lib/bitrix24/rate-limit/budget.ts'

/** Time that stands still until it is advanced; sleepers wake in order. */
export function fakeTime(random = 0.5): Time & { advance: (ms: number) => Promise<void> } {
  let now = Date.UTC(2026, 7, 1)
  const sleepers: { at: number; wake: () => void }[] = []
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    clock: () => new Date(now),
    random: () => random,
    sleep: (ms) => new Promise<void>((wake) => sleepers.push({ at: now + ms, wake })),
    async advance(ms) {
      const end = now + ms
      await settle()
      for (;;) {
        const [next] = sleepers.sort((one, other) => one.at - other.at)
        if (next === undefined || next.at > end) break
        sleepers.shift()
        now = next.at
        next.wake()
        await settle()
      }
      now = end
    },
  }
}
