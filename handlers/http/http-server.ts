import { createServer, type RequestListener, type Server } from 'node:http'
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

/** How long open requests may take once the process is to end, milliseconds. */
const GRACE_MS = 10_000

/** How long clients that keep their connections are told that these end, milliseconds: between two requests of a busy one it is less. */
const FAREWELL_MS = 1000

/**
 * Ends a server without losing a request. A connection that is closed under a client who is just using it again loses what he sends, and portals
 * send no event twice: so every answer first says that it is the last one of its connection, and only those that are not used are closed.
 */
export async function endServer(server: Server): Promise<void> {
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'))
  if (await hasConnections(server)) await sleep(FAREWELL_MS)
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS)
  await closed
  clearTimeout(timer)
}

function hasConnections(server: Server): Promise<boolean> {
  return new Promise((resolve) => server.getConnections((error, count) => resolve(error !== null || count > 0)))
}
