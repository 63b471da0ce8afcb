/** What a portal bears (platform.md 6). All can be changed while it runs. */
export interface Limits {
  /** False: no bucket and no operating time; the cap of one request stays. */
  enabled: boolean
  /** Capacity of the leaky bucket, requests. */
  burst: number
  /** How fast the bucket drains, requests per second. */
  perSecond: number
  /** Requests per second that other applications put into the bucket. */
  noise: number
  /** Execution seconds per method within the window. */
  operatingSeconds: number
  /** The window of the operating time, seconds; it has ten buckets. */
  operatingWindowSeconds: number
  /** Operating seconds charged to each call of a method, besides what it really takes. */
  operatingCosts: Record<string, number>
  /** After so many seconds the gateway gives up on one HTTP request with 504. */
  requestSeconds: number
}

export const DEFAULT_LIMITS: Limits = {
  enabled: true,
  burst: 50,
  perSecond: 2,
  noise: 0,
  operatingSeconds: 480,
  operatingWindowSeconds: 600,
  operatingCosts: {},
  requestSeconds: 60,
}
