import { isAhead } from '../../domain/time.ts'

/** A method's working time is counted over ten minutes (`platform.md` 6): nothing waits longer for it, milliseconds. */
const MAX_PAUSE_MS = 15 * 60_000

/** Methods that must wait, and when the portal said that a method's working time begins anew; epoch milliseconds. */
export type MethodLimits = Readonly<{ paused: Map<string, number>; resetAt: Map<string, number> }>

export function createMethodLimits(): MethodLimits {
  return { paused: new Map(), resetAt: new Map() }
}

/** `time.operating_reset_at` of a good answer (Unix seconds): the only place where a portal tells it (`platform.md` 6). */
export function recordReset(limits: MethodLimits, method: string, operatingResetAt: unknown): void {
  if (typeof operatingResetAt === 'number') limits.resetAt.set(method, operatingResetAt * 1000)
}

/** A method's working time is used up: it alone waits until the portal's own reset, else until `fallback`. Returns until when. */
export function pauseMethod(limits: MethodLimits, method: string, fallback: Date, now: Date): Date {
  const reset = limits.resetAt.get(method) ?? 0
  const until = isAhead(reset, now, MAX_PAUSE_MS) ? reset : fallback.getTime()
  limits.paused.set(method, until)
  return new Date(until)
}

/** Until when a method has to wait; `null`: it may go. */
export function pausedUntil(limits: MethodLimits, method: string, now: Date): Date | null {
  const until = limits.paused.get(method)
  if (until === undefined) return null
  if (isAhead(until, now, MAX_PAUSE_MS)) return new Date(until)
  limits.paused.delete(method)
  return null
}

/** All methods that wait now, with until when. */
export function pausedMethods(limits: MethodLimits, now: Date): Record<string, Date> {
  const waiting = [...limits.paused].filter(([, until]) => isAhead(until, now, MAX_PAUSE_MS))
  return Object.fromEntries(waiting.map(([method, until]) => [method, new Date(until)]))
}
