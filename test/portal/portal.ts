import { type Acts, bindActs } from './acts/index.ts'
import { addItem } from './changes/items.ts'
import { createQueue } from './events/event-queue.ts'
import { stopQueue, whenIdle } from './events/queue.ts'
import { createFaults, type Faults } from './faults.ts'
import { type FrameOptions, type FrameParams, frameParams } from './frame/params.ts'
import { beginInstall, finishInstall } from './install.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import { type Memory, recall, remember } from './memory.ts'
import { expireTokens, type Token, tokensOf } from './oauth/token-store.ts'
import { createMeters } from './rest/meters.ts'
import { seedItems } from './seed/items.ts'
import { seedWorld } from './seed/world.ts'
import { servePortal } from './server.ts'
import type { DeliveryLogEntry, EmulatorState, PortalState, RequestLogEntry } from './state.ts'
import { DEFAULT_SWITCHES, readSwitches, type Switches } from './switches.ts'
import { randomHex, seededRandom } from './world/random.ts'
import type { World } from './world/world.ts'

export interface PortalOptions {
  memberId?: string
  port?: number
  lang?: string
  switches?: Partial<Switches>
  limits?: Partial<Limits>
  /** How long events are on their way, milliseconds from and to; 200 to 3000 by default. */
  eventDelayMs?: [number, number]
  /** Seeds the shuffles, losses and doubles. */
  seed?: number
  /** The app's PUBLIC_URL: where the frame host and the OAuth redirect lead. */
  appUrl?: string
  /** "Installation event handler URL" of the version card. */
  eventHandlerUrl?: string
}

/** One Bitrix24 account, with its own server. */
export interface Portal {
  /** `127.0.0.1:PORT`; both addresses change with `act.renamePortal`. */
  readonly domain: string
  readonly url: string
  readonly memberId: string
  readonly applicationToken: string
  readonly switches: Switches
  readonly limits: Limits
  readonly world: World
  readonly act: Acts
  readonly faults: Faults
  readonly requests: RequestLogEntry[]
  readonly deliveries: DeliveryLogEntry[]
  /** A user opens the app's page or a widget: his tokens and the parameters of section 1.3. */
  openApp(userId: number, options?: FrameOptions): FrameParams
  /** The administrator opens the installer; handlers stay dead until `finishInstall`. */
  beginInstall(): FrameParams
  finishInstall(): void
  /** All tokens of a user that were not taken back, newest first. */
  tokensOf(userId: number): Token[]
  /** Lets access tokens (of one user) expire; refresh tokens go on working. */
  expireTokens(userId?: number): void
  /** Resolves when no event waits or is being sent. */
  idle(): Promise<void>
  /** A copy of what the portal remembers, while no event is on its way. */
  remember(): Memory
  /** Makes a new portal remember what another did; the memory is not to be used elsewhere afterwards. */
  recall(memory: Memory): void
  stop(): Promise<void>
}

const CREATED_DAYS_AGO = 30

export async function createPortal(emulator: EmulatorState, options: PortalOptions): Promise<Portal> {
  const portal = createState(emulator, options)
  const at = new Date(Date.now() - CREATED_DAYS_AGO * 86_400_000)
  for (const item of seedItems()) addItem(portal, item, { userId: item.createdBy ?? null, at })
  const server = await servePortal(portal, options.port ?? 0)
  emulator.portals.push(portal)
  return portalOf(portal, () => server.close())
}

function createState(emulator: EmulatorState, options: PortalOptions): PortalState {
  const world = seedWorld(options.lang ?? 'en')
  world.app.eventHandlerUrl = options.eventHandlerUrl ?? null
  return {
    emulator,
    memberId: options.memberId ?? randomHex(32),
    domain: '',
    appUrl: options.appUrl ?? null,
    eventDelayMs: options.eventDelayMs ?? [200, 3000],
    world,
    switches: { ...DEFAULT_SWITCHES, ...readSwitches(process.env.PORTAL_SWITCHES ?? ''), ...options.switches },
    limits: { ...DEFAULT_LIMITS, operatingCosts: {}, ...options.limits },
    faults: createFaults(),
    random: seededRandom(options.seed ?? 1),
    meters: createMeters(),
    queue: createQueue(),
    requests: [],
    deliveries: [],
    unreachableSince: null,
    rename: () => Promise.reject(new Error('This portal has no server yet')),
  }
}

function portalOf(state: PortalState, close: () => Promise<void>): Portal {
  const { memberId, switches, limits, world, faults, requests, deliveries } = state
  const { tokens } = state.emulator
  return {
    get domain() {
      return state.domain
    },
    get url() {
      return `http://${state.domain}`
    },
    get applicationToken() {
      return world.app.applicationToken
    },
    memberId,
    switches,
    limits,
    world,
    act: bindActs(state),
    faults,
    requests,
    deliveries,
    openApp: (userId, options) => frameParams(state, userId, options),
    beginInstall: () => beginInstall(state),
    finishInstall: () => finishInstall(state),
    tokensOf: (userId) => tokensOf(tokens, memberId, userId),
    expireTokens: (userId) => expireTokens(tokens, memberId, userId),
    idle: () => whenIdle(state.queue),
    remember: () => remember(state),
    recall: (memory) => recall(state, memory),
    stop: () => {
      stopQueue(state.queue)
      return close()
    },
  }
}
