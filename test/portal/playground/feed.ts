import type { ServerResponse } from 'node:http'
import type { PortalState } from '../state.ts'
import type { User } from '../world/user.ts'
import type { Texts } from './say.ts'
import { viewFor } from './view.ts'

const LOOK_EVERY_MS = 150

/** Server-sent events: the user's view now, and again whenever it has changed, by whomever. */
export function feed(
  portal: PortalState,
  { user, lang, texts }: { user: User; lang: string; texts: Texts },
  response: ServerResponse,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  let sent = ''
  const look = () => {
    const now = JSON.stringify(viewFor(portal, user, { lang, texts }))
    if (now === sent) return
    sent = now
    response.write(`data: ${now}\n\n`)
  }
  look()
  const timer = setInterval(look, LOOK_EVERY_MS)
  response.once('close', () => clearInterval(timer))
}
