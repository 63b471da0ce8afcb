import type { Answer } from '../http/respond.ts'
import type { PortalState } from '../state.ts'
import { serverOf } from './servers.ts'
import { issueCode } from './token-store.ts'

/**
 * `/oauth/authorize/` of the portal: who is named by `user` has logged in and is sent on to the app's page with a code
 * (platform.md 2.2). Without `user` a page lets one choose. Refusals are pages too: nothing is redirected then.
 */
export function authorize(portal: PortalState, params: Record<string, unknown>): Answer {
  const { emulator, world } = portal
  if (params.client_id !== emulator.clientId || world.app.state === 'absent' || !portal.appUrl) {
    return { status: 404, html: '<h1>Application not found</h1>' }
  }
  if (params.user === undefined) return { status: 200, html: choosePage(portal, params) }
  const user = world.users.get(Number(params.user))
  if (!user?.active || !user.rights.app) return { status: 403, html: '<h1>Access denied</h1>' }
  const query = new URLSearchParams({
    code: issueCode(emulator.tokens, portal.memberId, user.id),
    state: String(params.state ?? ''),
    domain: portal.domain,
    member_id: portal.memberId,
    scope: world.app.scope.join(','),
    server_domain: new URL(serverOf(portal)).host,
  })
  return { status: 302, html: '', headers: { location: `${portal.appUrl}/app?${query}` } }
}

function choosePage({ world }: PortalState, params: Record<string, unknown>): string {
  const employees = [...world.users.values()].filter((user) => user.active && user.type === 'employee')
  const links = employees.map(({ id, name, lastName }) => {
    const query = new URLSearchParams({
      client_id: String(params.client_id),
      state: String(params.state ?? ''),
      user: String(id),
    })
    return `<li><a href="/oauth/authorize/?${query}">${name} ${lastName}</a></li>`
  })
  return `<h1>Log in as</h1><ul>${links.join('')}</ul>`
}
