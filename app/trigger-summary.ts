import { DEAL, ESTIMATE, INVOICE, LEAD } from '../lib/domain/entity-types.ts'
import { expectedText } from './field-value.ts'
import { isWhole } from './form/duration.ts'
import type { Format } from './format.ts'
import type { TriggerSettings } from './model.ts'
import type { Names } from './names.ts'
import type { Translate } from './translate.ts'

type Parts = { t: Translate; te: (key: string) => boolean; names: Names; format: Format }

/** Types that have a word of their own; others are “the item”. */
const named: readonly number[] = [LEAD, DEAL, ESTIMATE, INVOICE]

/** What a trigger does: "When a call on Sales is missed, move the deal to “Visit” on behalf of the responsible person." */
export function summaryOf(trigger: TriggerSettings, parts: Parts): string {
  const { t, names } = parts
  const { entityTypeId, stageId } = trigger
  const params = {
    happening: happening(trigger, parts),
    item: t(`items.object-${named.includes(entityTypeId) ? entityTypeId : 'other'}`),
    stage: names.stage(trigger, stageId),
    user: actor(trigger, parts),
  }
  return [t(stageId === '' ? 'sentence.full-unset' : 'sentence.full', params), ...limits(trigger, parts)].join(' ')
}

/** The same for a card, which stands in its stage: it tells only of what is not as usual. */
export function shortSummaryOf(trigger: TriggerSettings, parts: Parts): string {
  const { t } = parts
  const params = { happening: happening(trigger, parts), user: actor(trigger, parts) }
  const isUsual = trigger.changeStageAs.type === 'responsible'
  return [t(isUsual ? 'sentence.short' : 'sentence.short-as', params), ...limits(trigger, parts)].join(' ')
}

/** From which stages, and whether back: where it differs from a new trigger. */
function limits(trigger: TriggerSettings, { t, names, format }: Parts): string[] {
  const stages = trigger.fromStages.map((stageId) => t('common.quoted', { text: names.stage(trigger, stageId) }))
  return [
    ...(stages.length > 0 ? [t('sentence.from', { stages: format.anyOf(stages) })] : []),
    ...(trigger.allowMovingBack ? [t('sentence.back')] : []),
  ]
}

/** Texts live under `happenings.<kind>`, with `-at` where a line, channel, form or field is chosen; other own fields that are set come after it. */
function happening(trigger: TriggerSettings, { t, te, names, format }: Parts): string {
  const { kind } = trigger
  const fields = withoutUnreadable(trigger.fields)
  const place = placeOf(trigger, { names, format })
  const params = {
    ...fields,
    place: place ?? '',
    minSeconds: format.duration(Number(fields.minSeconds ?? 0)),
    seconds: format.duration(Number(fields.seconds ?? 0)),
    becomes: expectedText(trigger, { names, format }),
  }
  const key = `happenings.${kind}`
  if (!te(key)) return t('happenings.other')
  const set = Object.entries(fields).filter(([, value]) => isSet(value))
  const keys = set.map(([name]) => `happenings.${kind}-${name}`).filter((one) => te(one))
  const base = t(place !== null && te(`${key}-at`) ? `${key}-at` : key, params)
  return [base, ...keys.map((one) => t(one, params))].join(' ')
}

/** While somebody types it, a duration may be no number of seconds: then there is nothing to say of it yet. */
function withoutUnreadable(fields: TriggerSettings['fields']): TriggerSettings['fields'] {
  const isReadable = ([name, value]: [string, unknown]) => !['minSeconds', 'seconds'].includes(name) || isWhole(value)
  return Object.fromEntries(Object.entries(fields).filter(isReadable))
}

/** The chosen line, channel, form or fields by name; null: any. */
function placeOf(
  { entityTypeId, fields }: TriggerSettings,
  { names, format }: Pick<Parts, 'names' | 'format'>,
): string | null {
  const { line, channelId, formId, fieldNames } = fields
  if (Array.isArray(fieldNames) && fieldNames.length > 0) {
    return format.anyOf(fieldNames.map((name) => names.field(entityTypeId, String(name))))
  }
  if (line) return names.of('lines', String(line))
  if (channelId) return names.of('channels', String(channelId))
  return formId ? names.of('forms', String(formId)) : null
}

function actor({ changeStageAs }: TriggerSettings, { t, names }: Pick<Parts, 't' | 'names'>): string {
  if (changeStageAs.type === 'responsible') return t('sentence.responsible')
  return t('sentence.user', { user: names.of('users', changeStageAs.userId) })
}

function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return value !== null && value !== undefined && value !== '' && value !== false && value !== 0
}
