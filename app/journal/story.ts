import { DEAL, LEAD, typeSymbol } from '../../lib/domain/entity-types.ts'
import type { Format } from '../format.ts'
import type { Entry, ItemType } from '../model.ts'
import { findPipeline, type Names } from '../names.ts'
import type { Translate } from '../translate.ts'

type Parts = { t: Translate; te: (key: string) => boolean; names: Names; format: Format; types: readonly ItemType[] }

/** Why an entry ended as it did, in a full sentence with what was compared. */
export function storyOf(entry: Entry, parts: Parts): string {
  const { t, te, names } = parts
  const { move, outcome, reason } = entry
  const item = entry.item ?? { entityTypeId: 0 }
  if (move && outcome === 'moved') {
    const story = t('story.moved', stagesOf(entry, names))
    const by = t('story.by', { user: names.of('users', move.userId) })
    if (move.onBehalfOf === undefined) return `${story} ${by}`
    const stoodIn = { user: names.of('users', move.userId), wanted: names.of('users', move.onBehalfOf) }
    return `${story} ${t('story.stood-in', stoodIn)}`
  }
  if (move && outcome === 'would-move') {
    const isRehearsed = entry.occurrence.source === 'rehearsal'
    return t(isRehearsed ? 'story.rehearsed' : 'story.would-move', stagesOf(entry, names))
  }
  if (reason === null) return t(`outcomes.${outcome}`)
  const key = `reasons.${reason}`
  return te(key) ? t(key, reasonParams(entry, item, parts)) : reason
}

function stagesOf({ move, item }: Entry, names: Names): { from: string; to: string } {
  const place = { entityTypeId: item?.entityTypeId ?? 0 }
  return { from: names.stage(place, move?.from ?? ''), to: names.stage(place, move?.to ?? '') }
}

/** Facts as the texts of `reasons` name them; what an entry does not tell is left out of its sentence by a dash. */
function reasonParams(
  { occurrence, move }: Entry,
  item: { entityTypeId: number },
  { t, names, format, types }: Parts,
): Record<string, string> {
  const { facts } = occurrence
  const text = (value: unknown) => (value === undefined || value === null || value === '' ? '–' : String(value))
  const stage = (value: unknown) => (value === undefined ? '–' : names.stage(item, String(value)))
  const stages = Array.isArray(facts.fromStages)
    ? facts.fromStages.map((id) => t('common.quoted', { text: stage(id) }))
    : []
  const categoryId = typeof facts.categoryId === 'number' ? facts.categoryId : null
  const user = facts.userId ?? move?.userId
  return {
    stage: stage(facts.stageId ?? move?.from),
    target: stage(facts.target ?? move?.to),
    fromStages: format.list(stages),
    pipeline: findPipeline(types, { ...item, categoryId })?.title ?? text(categoryId),
    happenedAt: format.moment(text(facts.happenedAt ?? occurrence.at)),
    readyAt: format.moment(text(facts.readyAt)),
    hours: format.number(Number(facts.staleHours ?? 24)),
    items: Array.isArray(facts.items) ? format.list(facts.items.map((id) => `#${id}`)) : '–',
    moves: text(facts.recentMoves),
    minutes: format.number(Number(facts.withinSeconds ?? 600) / 60),
    user: user === undefined ? '–' : names.of('users', Number(user)),
    fields: Array.isArray(facts.fields) ? format.list(facts.fields.map(String)) : text(facts.fields),
    code: text(facts.code),
    text: text(facts.text),
  }
}

/** What was compared, line by line, for those who want to see it: labels under `facts`, ids and codes as they are. */
export function factsOf(
  { occurrence, item }: Entry,
  { t, te, names, format }: Parts,
): { label: string; value: string }[] {
  const place = item ?? { entityTypeId: 0 }
  const shown = (name: string, value: unknown): string => {
    if (Array.isArray(value)) return format.list(value.map((one) => shown(name, one)))
    if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
    if (value === null || value === undefined || value === '') return '–'
    if (/^(stageId|target|fromStages)$/.test(name)) return names.stage(place, String(value))
    if (/At$/.test(name)) return format.exactMoment(String(value))
    if (name === 'line') return names.of('lines', String(value))
    if (name === 'channelId') return names.of('channels', String(value))
    if (name === 'formId') return names.of('forms', String(value))
    if (name === 'userId') return names.of('users', String(value))
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
  return Object.entries(occurrence.facts).map(([name, value]) => {
    return { label: te(`facts.${name}`) ? t(`facts.${name}`) : name, value: shown(name, value) }
  })
}

/** The address of an item's card in the portal. */
export function cardPath({ entityTypeId, id }: { entityTypeId: number; id: number }): string {
  const name = entityTypeId === LEAD || entityTypeId === DEAL ? typeSymbol(entityTypeId).toLowerCase() : null
  return `/crm/${name ?? `type/${entityTypeId}`}/details/${id}/`
}
