import { callColleague, callIn, callOut, infoCall, planCall, ringGroup } from '../../acts/call.ts'
import type { ActGroup } from './act.ts'

/** Calls, through the portal's own lines and through a telephony app. */
export const TELEPHONE: ActGroup = {
  title: 'Telephone',
  choice: { label: 'Line', from: 'lines' },
  acts: {
    'call-missed': {
      label: 'Calls, nobody picks up',
      told: 'called, and nobody picked up.',
      run: (portal, { phone }, line) => callIn(portal, { phone, line, result: 'missed' }),
    },
    'call-answered': {
      label: 'Calls, Sam answers',
      told: 'called and talked with Sam.',
      run: (portal, { phone }, line) => callIn(portal, { phone, line }),
    },
    'call-out': {
      label: 'Is called by Sam',
      told: 'was called by Sam.',
      run: (portal, { phone }, line) => callOut(portal, { phone, line }),
    },
    'call-redirected': {
      label: 'Calls, Sam does not answer, Ines does',
      told: 'called and was put through from Sam to Ines.',
      run: (portal, { phone }, line) => callIn(portal, { phone, line, result: 'redirected' }),
    },
    'call-group': {
      label: 'Rings a group of a telephony app, Ines answers',
      told: 'rang three telephones and talked with Ines.',
      run: (portal, { phone }) => ringGroup(portal, { phone }),
    },
    'call-group-missed': {
      label: 'Rings the group, nobody answers',
      told: 'rang three telephones, and nobody picked up.',
      run: (portal, { phone }) => ringGroup(portal, { phone, answeredBy: null }),
    },
    'call-planned': {
      label: 'Sam plans a call',
      told: 'will be called by Sam.',
      run: (portal, { phone }) => planCall(portal, { phone }),
    },
    'call-robot': {
      label: 'Is called by a robot',
      told: 'was called by a robot.',
      run: (portal, { phone }, line) => infoCall(portal, { phone, line }),
    },
    'call-colleague': {
      label: 'Sam calls a colleague',
      who: 'Sam',
      told: 'called a colleague.',
      run: (portal) => callColleague(portal),
    },
  },
}
