import { createServer, type RequestListener, type Server } from 'node:http'

/** How long a client may take, milliseconds: to send what it wants, to send all of it; and how often that is looked at. */
export type Patience = { headers: number; request: number; look: number }

const patience: Patience = { headers: 10_000, request: 30_000, look: 5000 }

/** More connections at once are closed as they come: each holds a body of up to a megabyte. */
const MOST_CONNECTIONS = 2000

/** The server of a process: who sends drop by drop is not waited for. Times are for tests. */
export function createHttpServer(listener: RequestListener, { headers, request, look }: Patience = patience): Server {
  const options = { headersTimeout: headers, requestTimeout: request, connectionsCheckingInterval: look }
  const server = createServer(options, listener)
  server.maxConnections = MOST_CONNECTIONS
  return server
}
