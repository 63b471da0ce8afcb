import { expirePayment, expireTokens, updateApp } from '../../acts/portal.ts'
import type { ActGroup } from './act.ts'

/** What befalls the application; the rest is in the portal's menu. */
export const APPLICATION: ActGroup = {
  title: 'Application',
  acts: {
    'app-version': {
      label: 'Gets a new version',
      who: 'Stagecue',
      told: 'has a new version.',
      run: (portal) => updateApp(portal),
    },
    'app-version-installer': {
      label: 'Gets a new version with an installer',
      who: 'Stagecue',
      told: 'has a new version and waits for its installer; what happens until then is lost to it.',
      run: (portal) => updateApp(portal, { reinstall: true }),
    },
    'app-payment': {
      label: 'The paid time is over',
      who: 'Stagecue',
      told: 'is not paid for any more.',
      run: (portal) => expirePayment(portal, true),
    },
    'app-paid': {
      label: 'It is paid for again',
      who: 'Stagecue',
      told: 'is paid for again.',
      run: (portal) => expirePayment(portal, false),
    },
    'app-tokens': {
      label: 'All access tokens expire',
      who: 'Stagecue',
      told: 'has no access token that serves any more.',
      run: (portal) => expireTokens(portal),
    },
  },
}
