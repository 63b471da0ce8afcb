import { createServer, type RequestListener, type Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** How long a client may take, milliseconds: to send what it wants, to send all of it; and how often that is looked at. */
export type Timeouts = { headers: number; request: number; check: number }

const timeouts: Timeouts = { headers: 10_000, request: 30_000, check: 5000 }

/** More connections at once are closed as they come: each holds a body of up to a megabyte. */
const MOST_CONNECTIONS = 2000

/** The server of a process: who sends drop by drop is not waited for. Times are for tests. */
export function createHttpServer(listener: RequestListener, { headers, request, check }: Timeouts = timeouts): Server {
  const options = { headersTimeout: headers, requestTimeout: request, connectionsCheckingInterval: check }
  const server = createServer(options, listener)
  server.maxConnections = MOST_CONNECTIONS
  return server
}

/** How long what is open may take once the process is to end, milliseconds: longer than a connection is kept that nobody uses. */
const GRACE_MS = 10_000

/** How long clients that make a connection for each request are still let in, milliseconds: balancers need a moment to notice. */
const FAREWELL_MS = 1000

/**
 * Ends a server without losing a request. A connection that is closed under a client who is just using it again loses what he sends, and portals
 * send no event twice. So every answer says that it is the last one of its connection, and one that is not used is left to end when its client was told
 * that it would (`Keep-Alive: timeout`): closing it at once, as `http.Server` does, meets what is on its way whenever the machine is busy.
 */
export async function endServer(server: Server): Promise<void> {
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'))
  if (await hasConnections(server)) await sleep(FAREWELL_MS)
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS)
  await closed
  clearTimeout(timer)
}

function hasConnections(server: Server): Promise<boolean> {
  return new Promise((resolve) => server.getConnections((error, count) => resolve(error !== null || count > 0)))
}
