import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerFrameHost } from './frame/host.ts'
import { type Listener, listen } from './http/listen.ts'
import { readParams } from './http/read-request.ts'
import { send } from './http/respond.ts'
import { authorize } from './oauth/authorize.ts'
import { answerPlayground, isPlaygroundPath } from './playground/routes.ts'
import { answerRest } from './rest/server.ts'
import type { PortalState } from './state.ts'

/** A portal's own HTTP server, which can move to another port. */
export interface PortalServer {
  close(): Promise<void>
}

/** Opens the portal and lets `portal.rename` move it: the old address then answers 302 for ever (platform.md 2.4). */
export async function servePortal(portal: PortalState, port: number): Promise<PortalServer> {
  const listeners: Listener[] = []
  const open = async (wanted: number) => {
    const own = { domain: '' }
    const listener = await listen((request, response) => {
      return own.domain === portal.domain ? answer(portal, request, response) : moved(portal, request, response)
    }, wanted)
    own.domain = `127.0.0.1:${listener.port}`
    portal.domain = own.domain
    listeners.push(listener)
  }
  await open(port)
  portal.rename = () => open(0)
  return { close: async () => void (await Promise.all(listeners.map((listener) => listener.close()))) }
}

async function answer(portal: PortalState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://portal')
  if (request.method === 'OPTIONS') return preflight(response)
  if (pathname.startsWith('/rest/')) return answerRest(portal, request, response)
  if (pathname.startsWith('/oauth/authorize')) return send(response, authorize(portal, await readParams(request)))
  if (pathname.startsWith('/app-frame')) return answerFrameHost(portal, request, response)
  if (isPlaygroundPath(pathname)) return answerPlayground(portal, request, response)
  send(response, { status: 404, html: '<h1>404 Not Found</h1>' })
}

async function moved(portal: PortalState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  send(response, { status: 302, html: '', headers: { location: `http://${portal.domain}${request.url}` } })
}

/** Pages of the app call REST from another origin. */
function preflight(response: ServerResponse): void {
  response.writeHead(204, {
    'access-control-allow-origin': '*',
    'access-control-allow-headers': '*',
    'access-control-allow-methods': 'GET, POST, OPTIONS',
  })
  response.end()
}
