import { createFaults, type Faults } from './faults.ts'
import { type Listener, listen } from './http/listen.ts'
import { answerOauth } from './oauth/server.ts'
import { createTokenStore } from './oauth/token-store.ts'
import { createPortal, type Portal, type PortalOptions } from './portal.ts'
import type { EmulatorState, RefreshLogEntry } from './state.ts'

export interface EmulatorOptions {
  clientId?: string
  clientSecret?: string
  /** The app's code in `app.info`. */
  appCode?: string
  oauthPort?: number
  /** The app's PUBLIC_URL, for portals that name none. */
  appUrl?: string
  /** Life of access tokens, seconds; 3600 by default. */
  tokenSeconds?: number
}

/** Two OAuth servers and any number of portals, each at a port of its own. */
export interface Emulator {
  /** `http://127.0.0.1:PORT` of the server that portals belong to; the server_endpoint is this and `/rest/`. */
  oauthUrl: string
  /** Both servers: by the switch `oauthServer` a portal belongs to the second. */
  oauthUrls: [string, string]
  clientId: string
  clientSecret: string
  appCode: string
  portals: Portal[]
  /** Every request to `/oauth/token/`, refused ones too. */
  refreshes: RefreshLogEntry[]
  /** Faults of both OAuth servers; their methods are `oauth/token` and `app.info`. */
  oauthFaults: Faults
  addPortal(options?: PortalOptions): Promise<Portal>
  stop(): Promise<void>
}

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const state: EmulatorState = {
    oauthUrl: '',
    otherOauthUrl: '',
    clientId: options.clientId ?? 'app.stagecue',
    clientSecret: options.clientSecret ?? 'emulated-client-secret',
    appCode: options.appCode ?? 'stagecue.app',
    tokenSeconds: options.tokenSeconds ?? 3600,
    tokens: createTokenStore(),
    portals: [],
    refreshes: [],
    oauthFaults: createFaults(),
  }
  const servers = [await serveOauth(state, options.oauthPort), await serveOauth(state)] as const
  state.oauthUrl = servers[0].url
  state.otherOauthUrl = servers[1].url
  return emulatorOf(state, servers, options)
}

async function serveOauth(state: EmulatorState, port?: number): Promise<Listener & { url: string }> {
  const server = { url: '' }
  const listener = await listen((request, response) => answerOauth(state, server.url, request, response), port)
  server.url = `http://127.0.0.1:${listener.port}`
  return { ...listener, ...server }
}

function emulatorOf(state: EmulatorState, servers: readonly Listener[], options: EmulatorOptions): Emulator {
  const portals: Portal[] = []
  const { oauthUrl, otherOauthUrl, clientId, clientSecret, appCode, refreshes, oauthFaults } = state
  return {
    oauthUrl,
    oauthUrls: [oauthUrl, otherOauthUrl],
    clientId,
    clientSecret,
    appCode,
    portals,
    refreshes,
    oauthFaults,
    addPortal: async (given = {}) => {
      const defaults = options.appUrl === undefined ? {} : { appUrl: options.appUrl }
      const portal = await createPortal(state, { ...defaults, ...given })
      portals.push(portal)
      return portal
    },
    stop: async () => {
      await Promise.all([...servers.map((server) => server.close()), ...portals.map((portal) => portal.stop())])
    },
  }
}
