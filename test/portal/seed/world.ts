import { BUILT_IN_TYPES } from '../world/entity-types.ts'
import { randomHex } from '../world/random.ts'
import type { World } from '../world/world.ts'
import { CHANNELS, FORMS, LINES, MAILBOXES } from './channels.ts'
import { SEED } from './names.ts'
import { CATEGORIES, SMART_PROCESSES, seedStages } from './stages.ts'
import { seedUsers } from './users.ts'

const SCOPE = ['crm', 'placement', 'telephony', 'imopenlines', 'user_brief', 'bizproc']

/** A portal with settings and staff, without items; the app is not there yet. */
export function seedWorld(lang: string): World {
  return {
    offsetMinutes: 120,
    lang,
    app: {
      state: 'absent',
      id: 12,
      version: 1,
      status: 'F',
      scope: SCOPE,
      applicationToken: randomHex(32),
      installerId: SEED.users.admin,
      paymentExpired: false,
      eventHandlerUrl: null,
    },
    crmMode: 'classic',
    restAvailable: true,
    automationSeconds: 0,
    users: new Map(seedUsers().map((user) => [user.id, user])),
    types: new Map([...BUILT_IN_TYPES, ...SMART_PROCESSES].map((type) => [type.entityTypeId, { ...type }])),
    categories: structuredClone(CATEGORIES),
    stages: seedStages(),
    customFields: new Map([[2, [{ name: 'ufCrmColour', title: 'Colour', type: 'string' }]]]),
    restrictedTypes: new Set(),
    runningWorkflows: new Set(),
    items: new Map(),
    stageHistory: [],
    activities: new Map(),
    recycleBin: new Map(),
    timeline: [],
    forms: structuredClone(FORMS),
    lines: structuredClone(LINES),
    channels: structuredClone(CHANNELS),
    conversations: new Map(),
    calls: [],
    externalCalls: new Map(),
    telephonyApps: new Map([[77, 'PhoneLink']]),
    mailboxes: structuredClone(MAILBOXES),
    bindings: [],
    registeredEvents: new Set(),
    otherListeners: [],
    placements: [],
    robots: [],
    robotRuns: [],
    automationTriggers: [],
    automationExecutions: [],
    appOptions: {},
    userOptions: new Map(),
    lastIds: new Map(FIRST_IDS),
  }
}

/** Where the counters stand, so that ids of different kinds are not mixed up unnoticed. */
const FIRST_IDS: [string, number][] = [
  ['activity', 9100],
  ['stage', 200],
  ['category', 20],
  ['type', 10],
  ['user', 700],
  ['session', 3300],
  ['chat', 770],
  ['message', 45_000],
  ['external chat', 70_000],
  ['external message', 120],
  ['handler', 400],
  ['call', 500],
  ['form result', 229],
]
