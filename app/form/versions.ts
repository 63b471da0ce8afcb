import { expectedText } from '../field-value.ts'
import type { Format } from '../format.ts'
import type { Kind, TriggerSettings } from '../model.ts'
import type { Names } from '../names.ts'
import type { Translate } from '../translate.ts'
import { draftOf, valueAt } from './draft.ts'

/** `GET /api/triggers/:id/versions`: what the trigger was from then on; `trigger` is null: it was deleted. */
export type Version = { version: number; changedAt: string; changedBy: number; trigger: TriggerSettings | null }

/** What differs between two versions: the field as the form calls it, and both values in words. */
export type Difference = { label: string; before: string; after: string }

type Parts = {
  kinds: readonly Kind[]
  t: Translate
  te: (key: string) => boolean
  names: Names
  format: Format
  labelOf: (path: string) => string
}

const places = ['name', 'stageId', 'fromStages', 'allowMovingBack', 'whenSeveral', 'viaClient'] as const
const rest = ['changeStageAs', 'ifNoAccess', 'enabled', 'mode'] as const

/** How a setting reads that is empty. */
const NOTHING = '–'

/** What somebody changed, setting by setting, in the order of the form. A setting that was never made is its default. */
export function differencesOf(first: TriggerSettings, second: TriggerSettings, parts: Parts): Difference[] {
  const whole = (settings: TriggerSettings) =>
    draftOf(
      settings,
      parts.kinds.find(({ kind }) => kind === settings.kind),
    )
  const [before, after] = [whole(first), whole(second)]
  const own = [...new Set([...Object.keys(before.fields), ...Object.keys(after.fields)])].map(
    (name) => `fields.${name}`,
  )
  const paths = [...places, ...own, ...rest]
  return paths.flatMap((path) => {
    const [old, now] = [inWords(before, path, parts), inWords(after, path, parts)]
    // Two that nobody can name read the same, and differ all the same.
    const isSame = JSON.stringify(valueAt(before, path)) === JSON.stringify(valueAt(after, path))
    return isSame || (old === NOTHING && now === NOTHING)
      ? []
      : [{ label: parts.labelOf(path), before: old, after: now }]
  })
}

function inWords(settings: TriggerSettings, path: string, { t, te, names, format }: Parts): string {
  const { entityTypeId } = settings
  const name = path.replace(/^fields\./, '')
  const value = path === name ? settings[name as keyof TriggerSettings] : settings.fields[name]
  if (name === 'changeStageAs') return actorOf(settings, t, names)
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0))
    return NOTHING
  if (name === 'stageId') return names.stage(settings, String(value))
  if (name === 'fromStages') return format.list(settings.fromStages.map((id) => names.stage(settings, id)))
  if (name === 'line') return names.of('lines', String(value))
  if (name === 'formId') return names.of('forms', String(value))
  if (name === 'channelId') return names.of('channels', String(value))
  if (name === 'becomes') return expectedText(settings, { names, format })
  if (name === 'seconds' || name === 'minSeconds') return format.duration(Number(value))
  if (Array.isArray(value) && name === 'fieldNames') {
    return format.list(value.map((field) => names.field(entityTypeId, String(field))))
  }
  const key =
    {
      whenSeveral: `several.${value}`,
      ifNoAccess: `noAccess.${value}`,
      mode: `modes.${value}`,
      whenUnsure: `choices.whenUnsure-${value}`,
    }[name] ?? ''
  if (te(key)) return t(key)
  return String(value)
}

function actorOf({ changeStageAs }: TriggerSettings, t: Translate, names: Names): string {
  return changeStageAs.type === 'responsible' ? t('actor.responsible') : names.of('users', changeStageAs.userId)
}

/** Each version with what it changed of the one before; of the oldest that is known, nothing is. */
export function changesOf(
  versions: readonly Version[],
  parts: Parts,
): { version: Version; changed: Difference[] | null }[] {
  return versions.map((version, index) => {
    const before = versions[index + 1]?.trigger
    const known = before && version.trigger
    return { version, changed: known ? differencesOf(before, version.trigger ?? before, parts) : null }
  })
}

/** Can the version be brought back in the form? Not the present one, none that was a deletion, none of a kind that is not known. */
export function isRestorable({ trigger }: Version, index: number, kinds: readonly Kind[]): boolean {
  return index > 0 && trigger !== null && kinds.some(({ kind }) => kind === trigger.kind)
}
