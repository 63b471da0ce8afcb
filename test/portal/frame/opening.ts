import { phpMap } from '../rest/php.ts'
import type { PortalState } from '../state.ts'
import type { User } from '../world/user.ts'
import { type FrameOptions, type FrameParams, frameParams } from './params.ts'

/** All that a page of the portal needs to show the app to a user in a frame; `app-frame.js` reads it. */
export interface Opening {
  /** Where the frame parameters are posted: the installer while the app is being installed. */
  action: string
  body: FrameParams['body']
  /** `window.name` of the frame. */
  frameName: string
  userId: number
  /** Whom `selectUser` offers. */
  users: { id: string; name: string }[]
  /** Commands that are not answered here: older portals leave some alone in placements (switch `reloadInPlacements`). */
  swallowed: string[]
  /** What `getInitData` answers (platform.md 1.4). */
  initData: Record<string, unknown>
}

/** What works in placements since version 25.800.0 of the module `rest` only. */
const SINCE_25_800 = ['reloadWindow', 'setScroll']

export function openingFor(portal: PortalState, user: User, options: FrameOptions): Opening {
  const { world, appUrl, switches } = portal
  const opened = frameParams(portal, user.id, options)
  const { query, body } = opened
  const installing = world.app.state === 'installing'
  const employees = [...world.users.values()].filter((one) => one.active && one.type === 'employee')
  return {
    action: `${appUrl}/${installing ? 'install' : 'app'}?${new URLSearchParams(query)}`,
    body,
    frameName: `${query.DOMAIN}|${query.PROTOCOL}|${query.APP_SID}`,
    userId: user.id,
    users: employees.map(({ id, name, lastName }) => ({ id: String(id), name: `${name} ${lastName}` })),
    swallowed: switches.reloadInPlacements === 'swallowed' && body.PLACEMENT !== 'DEFAULT' ? SINCE_25_800 : [],
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
}

/** What `refreshAuth` and `getInitData` say about the user's tokens. */
export function authOf({ body }: FrameParams) {
  return { AUTH_ID: body.AUTH_ID, REFRESH_ID: body.REFRESH_ID, AUTH_EXPIRES: body.AUTH_EXPIRES }
}
