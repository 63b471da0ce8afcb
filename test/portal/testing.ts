import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readParams } from './http/read-request.ts'
import { type Emulator, type EmulatorOptions, type Portal, type PortalOptions, startEmulator } from './index.ts'

/** What the emulator's own tests share: a handler that gathers events, and calls over real HTTP. */
export interface Inbox {
  url: string
  /** Bodies as an app parses them. */
  events: ReceivedEvent[]
  /** How many connections were opened to it. */
  connections: number
  /** What the handler answers. */
  status: number
  /** How long it takes to answer. */
  delayMs: number
  close(): void
}

export interface ReceivedEvent {
  event: string
  event_handler_id: string
  data: Record<string, unknown>
  ts: string
  auth: Record<string, string>
}

export async function startInbox(): Promise<Inbox> {
  const inbox: Inbox = { url: '', events: [], connections: 0, status: 200, delayMs: 0, close: () => server.close() }
  const server = createServer(async (request, response) => {
    inbox.events.push((await readParams(request)) as unknown as ReceivedEvent)
    setTimeout(() => response.writeHead(inbox.status).end(), inbox.delayMs)
  })
  server.on('connection', () => {
    inbox.connections += 1
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  inbox.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`
  return inbox
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every method
type Json = any

export interface Answer {
  status: number
  body: Json
}

export function json(response: Response): Promise<Json> {
  return response.json()
}

/** One REST call as JSON. */
export async function call(
  portal: Pick<Portal, 'url'>,
  auth: string,
  method: string,
  params: object = {},
): Promise<Answer> {
  const response = await fetch(`${portal.url}/rest/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...params, auth }),
  })
  return { status: response.status, body: await json(response) }
}

/** The result of a call that must succeed. */
export async function result(portal: Portal, auth: string, method: string, params: object = {}) {
  const { status, body } = await call(portal, auth, method, params)
  if (status !== 200 || body.error !== undefined) throw new Error(`${method}: ${status} ${JSON.stringify(body)}`)
  return body.result
}

/** A request to the token endpoint with the app's keys. */
export async function askToken(emulator: Emulator, params: Record<string, string>): Promise<Answer> {
  const keys = { client_id: emulator.clientId, client_secret: emulator.clientSecret }
  const response = await fetch(`${emulator.oauthUrl}/oauth/token/?${new URLSearchParams({ ...keys, ...params })}`)
  return { status: response.status, body: await json(response) }
}

/** A user's access token, as if he had opened the app. */
export function tokenFor(portal: Portal, userId: number): string {
  return portal.openApp(userId).body.AUTH_ID
}

export interface Fixture {
  emulator: Emulator
  portal: Portal
  inbox: Inbox
  /** The administrator's access token. */
  admin: string
  stop(): Promise<void>
}

/** A portal with the app installed and the given events bound to an inbox; events take no time. */
export async function setUp(
  events: string[] = [],
  options: PortalOptions = {},
  emulatorOptions: EmulatorOptions = {},
): Promise<Fixture> {
  const [emulator, inbox] = await Promise.all([startEmulator(emulatorOptions), startInbox()])
  const portal = await emulator.addPortal({ eventDelayMs: [0, 0], ...options })
  const admin = portal.beginInstall().body.AUTH_ID
  for (const event of events) await result(portal, admin, 'event.bind', { event, handler: inbox.url })
  portal.finishInstall()
  await portal.idle()
  inbox.events.length = 0
  const stop = async () => {
    inbox.close()
    await emulator.stop()
  }
  return { emulator, portal, inbox, admin, stop }
}
