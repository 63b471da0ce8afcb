import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { readParams } from '../http/read-request.ts'
import { type Answer, send } from '../http/respond.ts'
import { finishInstall } from '../install.ts'
import { phpMap } from '../rest/php.ts'
import type { PortalState } from '../state.ts'
import type { User } from '../world/user.ts'
import { type FrameParams, frameParams } from './params.ts'

/**
 * The portal's page around the app, for browsers (platform.md 1.3, 1.4):
 * `GET /app-frame?user=15&placement=CRM_DEAL_DETAIL_TAB&options={"ID":"31"}`. While the app is being installed it shows
 * the installer. `host-page.js` answers the frame's messages.
 */
export async function answerFrameHost(
  portal: PortalState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const params = await readParams(request)
  const user = portal.world.users.get(Number(params.user ?? portal.world.app.installerId))
  const path = new URL(request.url ?? '/', 'http://portal').pathname
  if (!user?.active) return send(response, { status: 403, html: '<h1>Access denied</h1>' })
  if (portal.world.app.state === 'absent')
    return send(response, { status: 404, html: '<h1>Application not found</h1>' })
  send(response, await answerTo(portal, path, user, params))
}

async function answerTo(
  portal: PortalState,
  path: string,
  user: User,
  params: Record<string, unknown>,
): Promise<Answer> {
  if (path === '/app-frame/refresh') return { status: 200, json: authOf(frameParams(portal, user.id)) }
  if (path === '/app-frame/install-finish') {
    finishInstall(portal)
    return { status: 200, json: true }
  }
  const opened = frameParams(portal, user.id, {
    ...(params.placement ? { placement: String(params.placement) } : {}),
    ...(params.options ? { placementOptions: JSON.parse(String(params.options)) } : {}),
  })
  return { status: 200, html: await page(portal, user, opened) }
}

/** What `refreshAuth` and `getInitData` say about the user's tokens. */
function authOf({ body }: FrameParams) {
  return { AUTH_ID: body.AUTH_ID, REFRESH_ID: body.REFRESH_ID, AUTH_EXPIRES: body.AUTH_EXPIRES }
}

async function page(portal: PortalState, user: User, opened: FrameParams): Promise<string> {
  const { world, appUrl } = portal
  const script = await readFile(new URL('./host-page.js', import.meta.url), 'utf8')
  const { query, body } = opened
  const installing = world.app.state === 'installing'
  const employees = [...world.users.values()].filter((one) => one.active && one.type === 'employee')
  const frameName = `${query.DOMAIN}|${query.PROTOCOL}|${query.APP_SID}`
  const config = {
    action: `${appUrl}/${installing ? 'install' : 'app'}?${new URLSearchParams(query)}`,
    body,
    userId: user.id,
    users: employees.map(({ id, name, lastName }) => ({ id: String(id), name: `${name} ${lastName}` })),
    initData: {
      ...authOf(opened),
      DOMAIN: query.DOMAIN,
      PROTOCOL: query.PROTOCOL,
      PATH: '/rest',
      LANG: query.LANG,
      MEMBER_ID: portal.memberId,
      IS_ADMIN: user.admin,
      APP_OPTIONS: phpMap(world.appOptions),
      USER_OPTIONS: phpMap(world.userOptions.get(user.id) ?? {}),
      PLACEMENT: body.PLACEMENT,
      PLACEMENT_OPTIONS: body.PLACEMENT_OPTIONS ?? '',
      INSTALL: installing,
      FIRST_RUN: false,
    },
  }
  const data = JSON.stringify(config).replaceAll('<', '\\u003c')
  return `<!doctype html>
<html lang="${query.LANG}">
<head><meta charset="utf-8"><title>Portal</title>
<style>body{margin:0;font:14px sans-serif}header{padding:8px 16px;background:#2066b0;color:#fff}iframe{border:0;width:100%;height:80vh;display:block}</style>
</head>
<body>
<header>${user.name} ${user.lastName} · ${portal.domain}</header>
<iframe title="App" name="${frameName}"></iframe>
<dialog><ul></ul></dialog>
<script>const host = ${data};
${script}</script>
</body>
</html>`
}
