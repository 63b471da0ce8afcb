import { type Ref, ref } from 'vue'
import type { Frame, Tokens } from './frame-type.ts'
import type { PageData } from './page-data.ts'

export type Session = {
  token: string
  user: { id: number; name: string; admin: boolean; timeZone?: string }
  portal: { memberId: string; domain: string; installed: boolean }
}

/** How we stand with the server: `expired` needs the page to be opened again. */
export type Connection = 'ok' | 'offline' | 'expired'

/** A refused request. `message` may be shown: the server writes it in the user's language, `offline` is ours. */
export class ApiFault extends Error {
  readonly status: number
  readonly code: string
  /** What is wrong with which field, such as `fields.url`. */
  readonly fields: Readonly<Record<string, string>>
  /** The server did nothing, and takes the same request after so many seconds. */
  readonly retryAfter: number | null

  constructor(
    status: number,
    code: string,
    message: string,
    { fields = {}, retryAfter = null }: { fields?: Record<string, string>; retryAfter?: number | null } = {},
  ) {
    super(message)
    this.name = 'ApiFault'
    this.status = status
    this.code = code
    this.fields = fields
    this.retryAfter = retryAfter
  }
}

/** How long a request is sent again while the server is busy, and the longest pause between, milliseconds. */
const timeoutMs = 90_000
const longestPause = 30_000

/** Many pages that were told the same must not come back at the same moment: up to so much later, milliseconds. */
const spread = 1500

/** The API's errors (`design.md` 7). */
type Refusal = { error?: { code?: string; message?: string; fields?: Record<string, string> } }

export type Api = {
  connection: Ref<Connection>
  /** Shows the frame's tokens to the server and keeps what it gives for them in memory. */
  open(): Promise<Session>
  /** Calls the API; renews the session once when it has run out. Throws `ApiFault`. */
  call<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>
  /** A file. Throws `ApiFault`. */
  download(path: string): Promise<Blob>
}

type Parts = { frame: Pick<Frame, 'tokens' | 'renew'>; page: PageData; texts: { offline: string; broken: string } }

/** `send` and `sleep` (milliseconds) are for tests. */
export function createApi(
  { frame, page, texts }: Parts,
  send: typeof fetch = (...args) => fetch(...args),
  sleep: (ms: number) => Promise<unknown> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Api {
  const connection = ref<Connection>('ok')
  let token = ''
  let renewal: Promise<Session> | null = null

  /** While the server only asks to wait nobody is told: it does. */
  async function request<T>(
    method: string,
    path: string,
    body: unknown,
    bearer: string,
    read: Reader = readJson,
  ): Promise<T> {
    for (let waited = 0; ; ) {
      try {
        return (await requestOnce(method, path, body, bearer, read)) as T
      } catch (fault) {
        const seconds = fault instanceof ApiFault ? fault.retryAfter : null
        if (seconds === null || waited >= timeoutMs) throw fault
        const pause = Math.min(seconds * 1000, longestPause) + Math.random() * spread
        waited += pause
        await sleep(pause)
      }
    }
  }

  async function requestOnce(
    method: string,
    path: string,
    body: unknown,
    bearer: string,
    read: Reader,
  ): Promise<unknown> {
    const headers = { 'content-type': 'application/json', ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) }
    const json = body === undefined ? {} : { body: JSON.stringify(body) }
    let response: Response
    try {
      response = await send(path, { method, headers, ...json })
    } catch {
      connection.value = 'offline'
      throw new ApiFault(0, 'offline', texts.offline)
    }
    if (connection.value === 'offline') connection.value = 'ok'
    if (response.ok) return read(response)
    const answer = await readJson(response)
    const { code = 'internal', message = texts.broken, fields = {} } = (answer as Refusal | null)?.error ?? {}
    throw new ApiFault(response.status, code, message, { fields, retryAfter: retryAfterOf(response) })
  }

  async function openWith(tokens: Tokens | null): Promise<Session> {
    const session = await request<Session>('POST', '/api/session', { ...page.session, ...tokens }, '')
    token = session.token
    connection.value = 'ok'
    return session
  }

  /** Several requests that find the session run out share one renewal. */
  function renew(): Promise<Session> {
    renewal ??= frame
      .renew()
      .then(openWith)
      .finally(() => {
        renewal = null
      })
    return renewal
  }

  async function withSession<T>(method: string, path: string, body?: unknown, read?: Reader): Promise<T> {
    const used = token
    try {
      return await request(method, path, body, used, read)
    } catch (fault) {
      if (!isUnauthorized(fault)) throw fault
      // Another request may have renewed the session while this one was under way.
      if (token === used) await renew().catch((error) => refuse(connection, error, fault))
    }
    return request(method, path, body, token, read)
  }

  return {
    connection,
    open: async () => openWith(frame.tokens() ?? (await frame.renew())),
    call: (method, path, body) => withSession(method, path, body),
    download: (path) => withSession('GET', path, undefined, (response) => response.blob()),
  }
}

type Reader = (response: Response) => Promise<unknown>

const readJson: Reader = (response) => response.json().catch(() => null)

/** Seconds; null: the server does not ask for the request again. */
function retryAfterOf(response: Response): number | null {
  const isBusy = response.status === 429 || response.status === 503
  const text = isBusy ? (response.headers.get('retry-after') ?? '') : ''
  return /^\d{1,5}$/.test(text) ? Number(text) : null
}

function isUnauthorized(fault: unknown): fault is ApiFault {
  return fault instanceof ApiFault && fault.status === 401
}

/** The session cannot be renewed: without a network that passes, else the page must be opened again. */
function refuse(connection: Ref<Connection>, error: unknown, first: ApiFault): never {
  if (error instanceof ApiFault && !isUnauthorized(error)) throw error
  connection.value = 'expired'
  throw first
}

/** A query string of what is given; `null` is written out, since it names the only pipeline of leads and estimates. */
export function query(values: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '')
  const params = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))
  return given.length === 0 ? '' : `?${params}`
}
