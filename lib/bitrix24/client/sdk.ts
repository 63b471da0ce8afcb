import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { ApiVersion, type AuthActions, B24OAuth, HttpV2, ParamsFactory, RestrictionManager } from '@bitrix24/b24jssdk'
import type { TokenPair } from '../../store/access.ts'
import { type AddressRules, guardedLookup } from '../address.ts'
import { type Bounds, ofBatch, readJson } from './read-json.ts'

/** Bitrix24 allows 60 seconds for a request (`platform.md` 6); the SDK's own 30 would cut good answers off. */
const portalTimeout = 65_000

/** One HTTP request as it went: for the log and the budget. `payload` is the parsed body of a 2xx answer. */
export type HttpExchange = Readonly<{
  requestId: string
  method: string
  params: unknown
  sentAt: Date
  ms: number
  payload?: unknown
  failure?: unknown
}>

/** What a client of the SDK needs from us. */
export type SdkHooks = Readonly<{
  clock: () => Date
  /** Waits for leave to send; throws when it comes too late. */
  acquire: (requestId: string) => Promise<void>
  /** A pair that serves; called when the present one is expired or refused as expired. */
  refresh: () => Promise<TokenPair>
  /** Told of every HTTP request, also those that the SDK repeats. Must not throw. */
  exchanged: (exchange: HttpExchange) => Promise<void>
}>

export type SdkTarget = Readonly<{
  memberId: string
  userId: number
  endpoint: string
  tokens: Pick<TokenPair, 'accessToken' | 'expiresAt'>
  /** What its answers may be made of; absent: a batch's. */
  bounds?: Bounds
}>

/** Connections of all portals. Idle ones go after 4 s, before a server's usual 5 s: a request on a closing one is of unknown outcome. */
export type HttpAgents = Readonly<{ http: HttpAgent; https: HttpsAgent; timeoutMs: number }>

export function createHttpAgents(rules: AddressRules, timeoutMs: number = portalTimeout): HttpAgents {
  const options = { keepAlive: true, timeout: 4000, lookup: guardedLookup(rules) }
  return { http: new HttpAgent(options), https: new HttpsAgent(options), timeoutMs }
}

/**
 * The official client for one user of one portal, with the ways round its limits on a server (`libraries.md` 1; the numbers are
 * that list's): our budget in the place of its limiter (1–3), no repeating of what may have written (4), good answers without
 * `time` kept (5), refresh by us (6–11), no redirects (12), a timeout that fits (13) and counts the whole request, nothing made for its log (15). Only API v2 is used; v3 stays unreachable.
 */
export function createSdk(target: SdkTarget, connections: HttpAgents, hooks: SdkHooks): B24OAuth {
  const sdk = new B24OAuth(
    {
      applicationToken: '',
      userId: target.userId,
      memberId: target.memberId,
      accessToken: target.tokens.accessToken,
      // The refresh token and the secret stay with us: the SDK could send them to any address it is given (11).
      refreshToken: '',
      expires: target.tokens.expiresAt.getTime() / 1000,
      expiresIn: 3600,
      scope: '',
      domain: new URL(target.endpoint).host,
      // Without the slash: the SDK adds one of its own.
      clientEndpoint: target.endpoint.replace(/\/$/, ''),
      serverEndpoint: '',
      status: 'F',
    },
    { clientId: '', clientSecret: '' },
    { restrictionParams: ourRestrictions() },
  )
  sdk.setCustomRefreshAuth(async () => {
    const pair = await hooks.refresh()
    return {
      access_token: pair.accessToken,
      refresh_token: '',
      expires: String(Math.floor(pair.expiresAt.getTime() / 1000)),
      expires_in: '3600',
      client_endpoint: target.endpoint,
      server_endpoint: '',
      member_id: target.memberId,
      scope: '',
      status: 'F',
      domain: '',
    }
  })
  sdk.setHttpClient(ApiVersion.v2, new PortalHttp(sdk.auth, connections, hooks, target.bounds ?? ofBatch))
  return sdk
}

/** Sends through the SDK, but lets our budget decide when, and sees every answer as it came. */
class PortalHttp extends HttpV2 {
  readonly #hooks: SdkHooks
  readonly #timeoutMs: number

  constructor(auth: AuthActions, connections: HttpAgents, hooks: SdkHooks, bounds: Bounds) {
    super(auth, null, ourRestrictions())
    this.#hooks = hooks
    this.#timeoutMs = connections.timeoutMs
    this._restrictionManager = new NoRestrictions(ourRestrictions())
    Object.assign(this.ajaxClient.defaults, {
      timeout: connections.timeoutMs,
      maxRedirects: 0,
      proxy: false,
      maxContentLength: bounds.bytes,
      transformResponse: (text: string) => readJson(text, bounds),
      httpAgent: connections.http,
      httpsAgent: connections.https,
    })
  }

  protected override async _makeAxiosRequest(...args: Parameters<HttpV2['_makeAxiosRequest']>) {
    const [requestId, method, params] = args
    await this.#hooks.acquire(requestId)
    const sentAt = this.#hooks.clock()
    const begun = performance.now()
    const exchange = () => ({ requestId, method, params, sentAt, ms: Math.round(performance.now() - begun) })
    const answer = await this.#post(...args).catch(async (failure: unknown) => {
      await this.#hooks.exchanged({ ...exchange(), failure })
      throw failure
    })
    await this.#hooks.exchanged({ ...exchange(), payload: answer.payload })
    return answer
  }

  /**
   * As the SDK does it, but for copies of all that is asked and answered, for a log that is off (15). Axios' own timeout is one of silence: a portal that
   * sends a byte a second would hold us for ever. The timer ends with the request: one of `AbortSignal.timeout` would go off for each a minute later.
   */
  async #post(...[requestId, method, params, authData]: Parameters<HttpV2['_makeAxiosRequest']>) {
    const url = this._prepareMethod(requestId, method, this.getBaseUrl())
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), this.#timeoutMs).unref()
    try {
      const { signal } = deadline
      const answer = await this.ajaxClient.post(url, this._prepareParams(authData, params), { signal })
      return { status: answer.status, payload: answer.data }
    } finally {
      clearTimeout(timer)
    }
  }

  /** For its log, too. */
  protected override _sanitizeParams(): Record<string, unknown> {
    return {}
  }
}

/** A fresh object each time: the SDK changes the one it gets (2), and any missing field of `rateLimit` ends in NaN (3). */
function ourRestrictions() {
  return { ...ParamsFactory.getDefault(), maxRetries: 1 }
}

/** The SDK's limiter is one per user and API version (1) and chokes on answers without `time` (5): ours stands in its place. */
class NoRestrictions extends RestrictionManager {
  override async applyOperatingLimits(): Promise<void> {}
  override async checkRateLimit(): Promise<void> {}
  override async updateStats(): Promise<void> {}
}
