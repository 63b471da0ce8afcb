import { serverEndpoint } from '../oauth/servers.ts'
import { issueToken } from '../oauth/token-store.ts'
import type { PortalState } from '../state.ts'
import { randomHex } from '../world/random.ts'

/** What the app's page gets when a user opens it (platform.md 1.3). */
export interface FrameParams {
  query: { DOMAIN: string; PROTOCOL: string; LANG: string; APP_SID: string }
  /** The body, urlencoded on the wire. */
  body: Record<string, string> & {
    AUTH_ID: string
    AUTH_EXPIRES: string
    REFRESH_ID: string
    member_id: string
    status: string
    PLACEMENT: string
  }
}

export interface FrameOptions {
  placement?: string
  /** PLACEMENT_OPTIONS before it is written as JSON; absent: the parameter is missing. */
  placementOptions?: object
  /** The language of who opens it; the portal's by default. */
  lang?: string
}

/** Opens the app as a user: issues his tokens and builds the parameters. */
export function frameParams(portal: PortalState, userId: number, options: FrameOptions = {}): FrameParams {
  const { emulator, world, switches } = portal
  if (world.app.state === 'absent') throw new Error('The app is not in this portal: call beginInstall first')
  if (!world.users.get(userId)?.active) throw new Error(`User ${userId} does not work in this portal`)
  const scope = world.app.scope
  const seconds = emulator.tokenSeconds
  const token = issueToken(emulator.tokens, { memberId: portal.memberId, userId, scope, seconds })
  const newer = {
    SERVER_ENDPOINT: serverEndpoint(portal),
    APPLICATION_TOKEN: world.app.applicationToken,
    APPLICATION_SCOPE: scope.join(','),
  }
  return {
    query: { DOMAIN: portal.domain, PROTOCOL: '0', LANG: options.lang ?? world.lang, APP_SID: randomHex(32) },
    body: {
      AUTH_ID: token.accessToken,
      AUTH_EXPIRES: String(seconds),
      REFRESH_ID: token.refreshToken,
      ...(switches.frameParams2026 === 'yes' ? newer : {}),
      member_id: portal.memberId,
      status: world.app.status,
      PLACEMENT: options.placement ?? 'DEFAULT',
      ...(options.placementOptions ? { PLACEMENT_OPTIONS: JSON.stringify(options.placementOptions) } : {}),
    },
  }
}
