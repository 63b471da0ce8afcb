import { expirePayment, expireTokens, updateApp } from '../../acts/portal.ts'
import type { ActGroup } from './act.ts'

/** What befalls the application; the rest is in the portal's menu. */
export const APPLICATION: ActGroup = {
  id: 'application',
  acts: {
    'app-version': (portal) => updateApp(portal),
    'app-version-installer': (portal) => updateApp(portal, { reinstall: true }),
    'app-payment': (portal) => expirePayment(portal, true),
    'app-paid': (portal) => expirePayment(portal, false),
    'app-tokens': (portal) => expireTokens(portal),
  },
}
