import type { Limits } from '../limits.ts'

/** How full the portal's bucket is and how long each method has worked (platform.md 6). */
export interface Meters {
  bucket: { level: number; at: number; nextNoise: number }
  /** Seconds per method and bucket of the window; the bucket's number is its start divided by its length. */
  operating: Map<string, Map<number, number>>
}

const BUCKETS = 10

export function createMeters(): Meters {
  return { bucket: { level: 0, at: 0, nextNoise: 0 }, operating: new Map() }
}

/** Puts one request into the leaky bucket; false when it would run over (503 QUERY_LIMIT_EXCEEDED). */
export function admit(meters: Meters, limits: Limits, now: number): boolean {
  if (!limits.enabled) return true
  letNoiseIn(meters, limits, now)
  return pour(meters, limits, now)
}

/** Seconds that a method has worked within the window. */
export function operatingSeconds(meters: Meters, limits: Limits, method: string, now: number): number {
  return live(meters, limits, method, now).reduce((sum, [, seconds]) => sum + seconds, 0)
}

/** When the oldest seconds leave the window, in milliseconds; the end of a whole window when there are none. */
export function operatingResetAt(meters: Meters, limits: Limits, method: string, now: number): number {
  const oldest = Math.min(...live(meters, limits, method, now).map(([bucket]) => bucket), bucketAt(limits, now))
  return oldest * bucketMs(limits) + limits.operatingWindowSeconds * 1000
}

export function chargeOperating(meters: Meters, limits: Limits, method: string, seconds: number, now: number): void {
  const buckets = new Map(live(meters, limits, method, now))
  const bucket = bucketAt(limits, now)
  buckets.set(bucket, (buckets.get(bucket) ?? 0) + seconds)
  meters.operating.set(method, buckets)
}

/** Other applications' requests come evenly and are refused like ours. */
function letNoiseIn(meters: Meters, limits: Limits, now: number): void {
  const { bucket } = meters
  if (limits.noise <= 0) return
  const interval = 1000 / limits.noise
  bucket.nextNoise = Math.max(bucket.nextNoise, now - limits.burst * interval)
  for (; bucket.nextNoise <= now; bucket.nextNoise += interval) pour(meters, limits, bucket.nextNoise)
}

function pour({ bucket }: Meters, limits: Limits, now: number): boolean {
  const drained = bucket.level - (Math.max(0, now - bucket.at) / 1000) * limits.perSecond
  bucket.level = Math.max(0, drained)
  bucket.at = Math.max(bucket.at, now)
  if (bucket.level + 1 > limits.burst) return false
  bucket.level += 1
  return true
}

function live(meters: Meters, limits: Limits, method: string, now: number): [number, number][] {
  const oldest = bucketAt(limits, now) - BUCKETS
  return [...(meters.operating.get(method) ?? [])].filter(([bucket]) => bucket > oldest)
}

function bucketAt(limits: Limits, now: number): number {
  return Math.floor(now / bucketMs(limits))
}

function bucketMs(limits: Limits): number {
  return (limits.operatingWindowSeconds * 1000) / BUCKETS
}
