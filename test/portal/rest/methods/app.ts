import { eventsOfApp, eventsOfScope } from '../../events/catalogue.ts'
import type { PortalState } from '../../state.ts'
import { isoWithOffset } from '../../world/dates.ts'
import type { Methods } from '../method.ts'
import { legacyParam, text } from '../params.ts'
import { yesNo } from '../php.ts'

const ALL_SCOPES = [
  'crm',
  'placement',
  'telephony',
  'imopenlines',
  'imconnector',
  'im',
  'user',
  'user_brief',
  'bizproc',
]

/** Methods about the app itself (platform.md 1.8). */
export const app: Methods = {
  'app.info': { scopes: ['basic'], run: ({ portal }) => ({ result: appInfo(portal) }) },
  'server.time': {
    scopes: ['basic'],
    run: ({ portal }) => ({ result: isoWithOffset(new Date(), portal.world.offsetMinutes) }),
  },
  scope: {
    scopes: ['basic'],
    run: ({ token, params }) => ({ result: params.full ? ALL_SCOPES : token.scope }),
  },
  events: {
    scopes: ['basic'],
    run: ({ portal, token, params }) => {
      const scope = text(legacyParam(params, 'SCOPE'))
      const events = scope ? eventsOfScope(portal.world, scope) : eventsOfApp(portal.world, token.scope)
      return { result: events }
    },
  },
}

/** Also what the OAuth server answers: there it can be trusted (platform.md 2.4). */
export function appInfo({ emulator, world, switches }: PortalState): Record<string, unknown> {
  return {
    ID: world.app.id,
    CODE: emulator.appCode,
    VERSION: world.app.version,
    STATUS: world.app.status,
    INSTALLED: world.app.state === 'installed',
    PAYMENT_EXPIRED: yesNo(world.app.paymentExpired),
    DAYS: null,
    LANGUAGE_ID: world.lang,
    LICENSE: `en_${switches.licenseFamily}`,
    LICENSE_TYPE: switches.licenseFamily,
    LICENSE_FAMILY: switches.licenseFamily,
  }
}
