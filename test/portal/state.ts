import type { EventQueue } from './events/event-queue.ts'
import type { Faults } from './faults.ts'
import type { Limits } from './limits.ts'
import type { TokenStore } from './oauth/token-store.ts'
import type { Meters } from './rest/meters.ts'
import type { Switches } from './switches.ts'
import type { Random } from './world/random.ts'
import type { World } from './world/world.ts'

/** What belongs to the emulator as a whole: the app's card, the two OAuth servers and their tokens. */
export interface EmulatorState {
  oauthUrl: string
  otherOauthUrl: string
  clientId: string
  clientSecret: string
  appCode: string
  /** Life of an access token, seconds. */
  tokenSeconds: number
  tokens: TokenStore
  portals: PortalState[]
  refreshes: RefreshLogEntry[]
  oauthFaults: Faults
}

/** One portal: the state that every function of the emulator takes first. */
export interface PortalState {
  emulator: EmulatorState
  memberId: string
  /** `127.0.0.1:PORT`; changes with `renamePortal`. */
  domain: string
  /** The app's PUBLIC_URL, for the frame host and the OAuth redirect. */
  appUrl: string | null
  eventDelayMs: [number, number]
  world: World
  switches: Switches
  limits: Limits
  faults: Faults
  random: Random
  meters: Meters
  queue: EventQueue
  requests: RequestLogEntry[]
  deliveries: DeliveryLogEntry[]
  /** Since when no OAuth server can be reached, milliseconds since 1970; null while one can. */
  unreachableSince: number | null
  /** Opens the portal at a new port and lets the old one answer 302; set by the server. */
  rename: () => Promise<void>
}

/** One HTTP request to `/rest`. */
export interface RequestLogEntry {
  at: Date
  /** The methods called, in lower case; a batch is expanded. */
  methods: string[]
  batch: boolean
  userId: number | null
  /** HTTP status; 0 when the connection was broken or left without an answer. */
  status: number
  error?: string
  ms: number
}

/** One event sent to a handler, or lost on the way. */
export interface DeliveryLogEntry {
  at: Date
  event: string
  handler: string
  /** HTTP status of the handler, null when none came. */
  status: number | null
  lost: boolean
  duplicate: boolean
  /** What was posted, before it was urlencoded. */
  body: Record<string, unknown>
}

/** One request to `/oauth/token/`. */
export interface RefreshLogEntry {
  at: Date
  /** The server that was asked. */
  server: string
  grant: 'refresh_token' | 'authorization_code'
  memberId: string | null
  userId: number | null
  error: string | null
}
