import type { IncomingMessage, ServerResponse } from 'node:http'
import { readParams } from '../http/read-request.ts'
import { type Answer, send } from '../http/respond.ts'
import { scriptFile } from '../http/script-file.ts'
import { finishInstall } from '../install.ts'
import type { PortalState } from '../state.ts'
import type { User } from '../world/user.ts'
import { authOf, type Opening, openingFor } from './opening.ts'
import { type FrameOptions, frameParams } from './params.ts'

/**
 * The portal's page around the app, for browsers (platform.md 1.3, 1.4):
 * `GET /app-frame?user=15&placement=CRM_DEAL_DETAIL_TAB&options={"ID":"31"}&lang=de`. While the app is being installed it
 * shows administrators the installer. `/app-frame/open` with the same query is the page without its HTML.
 */
export async function answerFrameHost(
  portal: PortalState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://portal').pathname
  if (path.endsWith('.js')) return send(response, await scriptFile(import.meta.url, path.split('/').at(-1) ?? ''))
  const params = await readParams(request)
  const user = portal.world.users.get(Number(params.user ?? portal.world.app.installerId))
  const from = URL.parse(request.headers.referer ?? '')
  const opener = from?.host === portal.domain ? from.pathname : undefined
  send(response, refusal(portal, user) ?? answerTo(portal, path, user as User, params, opener))
}

/** Employees learn that the app is not fully installed, administrators get the installer (platform.md 1.2). */
function refusal({ world }: PortalState, user: User | undefined): Answer | null {
  if (!user?.active) return { status: 403, html: '<h1>Access denied</h1>' }
  if (world.app.state === 'absent') return { status: 404, html: '<h1>Application not found</h1>' }
  if (world.app.state === 'installing' && !user.admin) {
    return { status: 403, html: '<h1>The application is not fully installed. Please tell your administrator.</h1>' }
  }
  return null
}

/** `opener`: the page of the portal from which the app is opened, which placements are told as URI (platform.md 1.3). */
function answerTo(
  portal: PortalState,
  path: string,
  user: User,
  params: Record<string, unknown>,
  opener: string | undefined,
): Answer {
  if (path === '/app-frame/refresh') return { status: 200, json: authOf(frameParams(portal, user.id)) }
  if (path === '/app-frame/install-finish') {
    finishInstall(portal)
    return { status: 200, json: true }
  }
  const placementOptions = {
    ...(opener === undefined ? {} : { URI: opener }),
    ...JSON.parse(String(params.options ?? '{}')),
  }
  const options: FrameOptions = {
    ...(params.placement ? { placement: String(params.placement) } : {}),
    ...(Object.keys(placementOptions).length > 0 ? { placementOptions } : {}),
    ...(params.lang ? { lang: String(params.lang) } : {}),
  }
  const opening = openingFor(portal, user, options)
  if (path === '/app-frame/open') return { status: 200, json: opening }
  return { status: 200, html: page(portal, user, opening) }
}

function page(portal: PortalState, user: User, opening: Opening): string {
  const data = JSON.stringify(opening).replaceAll('<', '\\u003c')
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Portal</title>
<style>body{margin:0;font:14px sans-serif}header{padding:8px 16px;background:#2066b0;color:#fff}iframe{border:0;width:100%;height:80vh;display:block}</style>
</head>
<body>
<header>${user.name} ${user.lastName} · ${portal.domain}</header>
<iframe title="App" name="${opening.frameName}"></iframe>
<script type="application/json" id="opening">${data}</script>
<script type="module" src="/app-frame/host-page.js"></script>
</body>
</html>`
}
