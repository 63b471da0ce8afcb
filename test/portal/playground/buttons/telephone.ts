import { callColleague, callIn, callOut, infoCall, planCall, ringGroup } from '../../acts/call.ts'
import type { ActGroup } from './act.ts'

/** Calls, through the portal's own lines and through a telephony app. */
export const TELEPHONE: ActGroup = {
  id: 'telephone',
  choice: { label: 'line', from: 'lines' },
  acts: {
    'call-missed': (portal, { phone }, line) => callIn(portal, { phone, line, result: 'missed' }),
    'call-answered': (portal, { phone }, line) => callIn(portal, { phone, line }),
    'call-out': (portal, { phone }, line) => callOut(portal, { phone, line }),
    'call-redirected': (portal, { phone }, line) => callIn(portal, { phone, line, result: 'redirected' }),
    'call-group': (portal, { phone }) => ringGroup(portal, { phone }),
    'call-group-missed': (portal, { phone }) => ringGroup(portal, { phone, answeredBy: null }),
    'call-planned': (portal, { phone }) => planCall(portal, { phone }),
    'call-robot': (portal, { phone }, line) => infoCall(portal, { phone, line }),
    'call-colleague': (portal) => callColleague(portal),
  },
}
