import { readFileSync } from 'node:fs'
import { createFormat } from '../../app/format.ts'
import type { ItemType, Kind, Trigger } from '../../app/model.ts'
import type { Names } from '../../app/names.ts'
import { findStage } from '../../app/names.ts'
import type { Translate } from '../../app/translate.ts'
import type { ItemName } from '../../lib/domain/crm-names.ts'

/** A language file of the pages, used as vue-i18n would for texts without forms. */
export function textsOf(language: string): { t: Translate; te: (key: string) => boolean } {
  const path = new URL(`../../app/texts/${language}.json`, import.meta.url)
  const tree = JSON.parse(readFileSync(path, 'utf8'))
  const find = (key: string) => key.split('.').reduce((part, name) => part?.[name], tree)
  return {
    te: (key) => typeof find(key) === 'string',
    t: (key, params = {}) => String(find(key) ?? key).replace(/\{(\w+)\}/g, (_, name) => String(params[name] ?? '')),
  }
}

const stage = (stageId: string, title: string, semantics: 'process' | 'success' | 'failure' = 'process') => {
  return { stageId, title, color: '#39A8EF', semantics, canBeTarget: true }
}

export const types: ItemType[] = [
  {
    entityTypeId: 1,
    title: 'Lead',
    hasClient: true,
    pipelines: [
      {
        categoryId: null,
        title: 'Lead',
        stages: [
          stage('NEW', 'New'),
          { ...stage('CONVERTED', 'Good', 'success'), canBeTarget: false },
          stage('JUNK', 'Junk', 'failure'),
        ],
      },
    ],
  },
  {
    entityTypeId: 2,
    title: 'Deal',
    hasClient: true,
    pipelines: [
      {
        categoryId: 4,
        title: 'Partners',
        stages: [stage('C4:NEW', 'New'), stage('C4:VISIT', 'Visit'), stage('C4:WON', 'Won', 'success')],
      },
    ],
  },
]

const kim = { entityTypeId: 3, id: 502, name: 'Kim Client' }

const knownItems: Record<string, ItemName> = {
  '2:31': { title: 'Second terrace', stageId: 'C4:VISIT', categoryId: 4, client: kim },
  '31:311': { title: 'Invoice 311', stageId: 'DT31_5:P', categoryId: 5, client: null },
  '3:502': { title: 'Kim Client', stageId: '', categoryId: null, client: null },
}

const known: Record<string, string> = {
  'users 15': 'Sam',
  'lines reg1': 'Sales',
  'lines sip4': 'Office',
  'channels 5': 'Web chat',
  'forms 14': 'Call me back',
}

export const names: Names = {
  of: (list, id) => known[`${list} ${id}`] ?? 'somebody unknown',
  stage: (place, stageId) => findStage(types, place, stageId)?.title ?? 'a deleted stage',
  field: (_type, name) => ({ opportunity: 'Amount', title: 'Name' })[name] ?? 'an unknown field',
  value: (_type, _field, value) => ({ '52': 'Signed', '9952': 'Signed', Y: 'yes' })[value] ?? value,
  item: ({ entityTypeId, id }) => knownItems[`${entityTypeId}:${id}`],
  activity: (id) => (id === 7001 ? { client: kim, address: '+49 30 555012', owner: null } : undefined),
  readAgain: async ({ entityTypeId, id }) => knownItems[`${entityTypeId}:${id}`],
  ready: async (read) => read(),
  learn: () => {},
}

export const format = createFormat('en', 'Europe/Berlin')

export const callMissed: Kind = {
  kind: 'call-missed',
  group: 'telephony',
  title: 'Track missed call',
  description: 'Nobody picked up.',
  use: 'Call back.',
  fields: [{ name: 'line', type: 'line', required: false, default: null }],
  entityTypes: [1, 2],
  available: true,
  canBeRehearsed: true,
}

export const trigger: Trigger = {
  id: '7',
  version: 3,
  attention: null,
  lastDays: { moved: 0, wouldMove: 0, skipped: 0, failed: 0 },
  kind: 'call-missed',
  name: 'Missed',
  entityTypeId: 2,
  categoryId: 4,
  stageId: 'C4:VISIT',
  fromStages: [],
  changeStageAs: { type: 'responsible' },
  allowMovingBack: false,
  fields: {},
  whenSeveral: 'all',
  viaClient: false,
  ifNoAccess: 'installer',
  mode: 'live',
  enabled: true,
}
