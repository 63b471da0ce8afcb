import type { Format } from './format.ts'
import type { TriggerSettings } from './model.ts'
import type { Names } from './names.ts'
import type { Translate } from './translate.ts'

type Parts = { t: Translate; te: (key: string) => boolean; names: Names; format: Format }

/**
 * What a trigger does, in one sentence: "When a call on Sales is missed, as the responsible person, not backwards." Texts live under
 * `sentence.when.<kind>`; own fields that are set are told by `sentence.with.<kind>.<field>` in its place or after it.
 */
export function sentenceOf(trigger: TriggerSettings, { t, te, names, format }: Parts): string {
  const when = happening(trigger, { t, te, names, format })
  const parts = [t('sentence.when', { happening: when }), ...guardsOf(trigger, { t, names, format }, false)]
  return t('sentence.end', { parts: parts.join(t('sentence.comma')) })
}

/** The same for a card, which tells of whom, where from and where to only what is not as usual. */
export function shortSentenceOf(trigger: TriggerSettings, { t, te, names, format }: Parts): string {
  const when = happening(trigger, { t, te, names, format })
  const parts = [t('sentence.when', { happening: when }), ...guardsOf(trigger, { t, names, format }, true)]
  return t('sentence.end', { parts: parts.join(t('sentence.comma')) })
}

/** As whom, from which stages, and whether backwards; `unusual`: only what differs from a new trigger. */
function guardsOf(trigger: TriggerSettings, { t, names, format }: Omit<Parts, 'te'>, unusual: boolean): string[] {
  const parts = unusual && trigger.changeStageAs.type === 'responsible' ? [] : [actor(trigger, { t, names })]
  if (trigger.fromStages.length > 0) {
    const stages = trigger.fromStages.map((stageId) => t('common.quoted', { text: names.stage(trigger, stageId) }))
    parts.push(t('sentence.from', { stages: format.list(stages) }))
  }
  if (trigger.allowMovingBack) parts.push(t('sentence.also-back'))
  else if (!unusual) parts.push(t('sentence.not-back'))
  return parts
}

function happening({ kind, fields }: TriggerSettings, { t, te, names, format }: Parts): string {
  const params = {
    ...fields,
    line: fields.line ? names.of('lines', String(fields.line)) : '',
    formId: fields.formId ? names.of('forms', String(fields.formId)) : '',
    channelId: fields.channelId ? names.of('channels', String(fields.channelId)) : '',
    fieldNames: Array.isArray(fields.fieldNames) ? format.list(fields.fieldNames.map(String)) : '',
  }
  const set = Object.entries(fields).filter(([, value]) => isSet(value))
  const told = set.map(([name]) => `happenings.${kind}-${name}`).filter((key) => te(key))
  const base = te(`happenings.${kind}`) ? t(`happenings.${kind}`, params) : kind
  return [base, ...told.map((key) => t(key, params))].join(' ')
}

function actor({ changeStageAs }: TriggerSettings, { t, names }: Pick<Parts, 't' | 'names'>): string {
  if (changeStageAs.type === 'responsible') return t('sentence.as-responsible')
  return t('sentence.as-user', { user: names.of('users', changeStageAs.userId) })
}

function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return value !== null && value !== undefined && value !== '' && value !== false && value !== 0
}
