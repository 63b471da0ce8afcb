import { expect, test } from 'vitest'
import { settingsOf } from '../../../app/form/draft.ts'
import { changesOf, differencesOf, isRestorable, type Version } from '../../../app/form/versions.ts'
import type { Kind, TriggerSettings } from '../../../app/model.ts'
import { kindCodes } from '../../../lib/triggers/index.ts'
import { callMissed, format, names, textsOf, trigger } from '../samples.ts'

const { t, te } = textsOf('en')
const labelOf = (path: string) => t(`fields.${path.replace(/^fields\./, '')}.label`)
const declined = { name: 'declined', type: 'boolean', required: false, default: false } as const
const missed: Kind = { ...callMissed, fields: [...callMissed.fields, declined] }
const parts = { kinds: [missed], t, te, names, format, labelOf }
const now = settingsOf(trigger)
const differences = (after: Partial<TriggerSettings>) =>
  differencesOf(now, { ...now, ...after }, parts).map(({ label, before, after }) => `${label}: ${before} → ${after}`)

test('tells in words what differs, and nothing else', () => {
  expect(differences({})).toEqual([])
  expect(differences({ name: 'Rang', stageId: 'C4:WON', fields: { line: 'reg1' } })).toEqual([
    `${t('fields.name.label')}: Missed → Rang`,
    `${t('fields.stageId.label')}: Visit → Won`,
    `${t('fields.line.label')}: – → Sales`,
  ])
  expect(differences({ changeStageAs: { type: 'user', userId: 15 }, enabled: false, mode: 'watch' })).toEqual([
    `${t('fields.changeStageAs.label')}: ${t('actor.responsible')} → Sam`,
    `${t('fields.enabled.label')}: ${t('common.yes')} → ${t('common.no')}`,
    `${t('fields.mode.label')}: ${t('modes.live')} → ${t('modes.watch')}`,
  ])
  expect(differences({ fromStages: ['C4:NEW', 'C4:VISIT'] })).toEqual([
    `${t('fields.fromStages.label')}: – → New and Visit`,
  ])
})

test('what was never set is its default, and differs from nothing that says the same', () => {
  expect(differences({ fields: { ...now.fields, declined: false } })).toEqual([])
  expect(differences({ fields: { ...now.fields, declined: true } })).toHaveLength(1)
})

test('each version is compared with the one before it; an earlier one of a known kind can be brought back', () => {
  const version = (number: number, settings: TriggerSettings | null): Version => {
    return { version: number, changedAt: '2026-08-29T10:00:00.000Z', changedBy: 15, trigger: settings }
  }
  const all = [version(4, now), version(3, null), version(2, { ...now, name: 'Rang' }), version(1, now)]
  expect(changesOf(all, parts).map(({ changed }) => changed?.length ?? null)).toEqual([null, null, 1, null])
  expect(all.map((one, index) => isRestorable(one, index, [callMissed]))).toEqual([false, false, true, true])
  expect(isRestorable(version(1, now), 1, [])).toBe(false)
})

const raws = {
  line: ['regRAW8', 'regRAW9'],
  channelId: ['CHANNEL98', 'CHANNEL99'],
  formId: ['FORM98', 'FORM99'],
  fieldNames: [['ufCrmRaw8'], ['opportunity', 'ufCrmRaw9']],
  becomes: ['52', 'Y'],
  seconds: [90, 60],
  minSeconds: [null, 30],
  whenUnsure: ['skip', 'move'],
  declined: [false, true],
  automatic: [false, true],
  text: ['car', 'bus'],
  url: ['https://a.example', 'https://b.example'],
  notYet: ['one', 'two'],
} as const

test.each(['en', 'de', 'ru'])(
  'in %s no id, code or API name stands among what differs, in any kind of trigger',
  (language) => {
    const { t, te } = textsOf(language)
    const known = (path: string) => {
      const key = `fields.${path.replace(/^fields\./, '')}.label`
      return t(te(key) ? key : 'fields.other.label')
    }
    const fieldsOf = (which: 0 | 1) =>
      Object.fromEntries(Object.entries(raws).map(([name, pair]) => [name, pair[which]]))
    const before = { ...now, fields: fieldsOf(0), fromStages: ['C4:RAW'] }
    const after: TriggerSettings = {
      ...now,
      stageId: 'C4:RAW',
      fields: fieldsOf(1),
      changeStageAs: { type: 'user', userId: 9915 },
      whenSeveral: 'none',
      viaClient: !now.viaClient,
      ifNoAccess: 'wait',
      mode: 'watch',
    }
    const told = kindCodes.flatMap((kind) =>
      differencesOf({ ...before, kind }, { ...after, kind }, { kinds: [], t, te, names, format, labelOf: known }),
    )
    expect(told).toHaveLength(kindCodes.length * (Object.keys(raws).length + 7))
    const raw =
      /RAW|C4:|CHANNEL|FORM\d|ufCrm|opportunity|fieldNames|becomes\b|whenUnsure|skip\b|99\d\d|undefined|null|\{/
    expect(told.flatMap(({ label, before, after }) => [label, before, after]).filter((text) => raw.test(text))).toEqual(
      [],
    )
    expect(told.some(({ before, after }) => before === 'Signed' && after === 'yes')).toBe(true)
  },
)
