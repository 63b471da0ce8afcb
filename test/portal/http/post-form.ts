import { Agent, request as httpRequest } from 'node:http'
import { request as httpsRequest, Agent as SecureAgent } from 'node:https'
import { buildQuery } from '../php/build-query.ts'

const TIMEOUT_MS = 5000
const MOST_AT_ONCE = 64
/** Each event opens a connection of its own: the handler may close one that rests just as an event goes out, which is lost then. */
const agents = {
  http: new Agent({ maxSockets: MOST_AT_ONCE }),
  https: new SecureAgent({ maxSockets: MOST_AT_ONCE }),
}

/** Posts nested data as PHP writes it. Returns the HTTP status, or null when no answer came in time. */
export function postForm(url: string, body: Record<string, unknown>, stopped: AbortSignal): Promise<number | null> {
  if (URL.parse(url) === null) return Promise.resolve(null)
  return new Promise((resolve) => {
    const secure = url.startsWith('https:')
    const text = buildQuery(body)
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(text),
    }
    const options = { method: 'POST', headers, signal: stopped, agent: secure ? agents.https : agents.http }
    const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? null))
      response.once('close', () => resolve(null))
    })
    request.setTimeout(TIMEOUT_MS, () => request.destroy(new Error('The handler gave no answer in time')))
    request.once('error', () => resolve(null))
    request.end(text)
  })
}
