import { DEAL, ESTIMATE, INVOICE, LEAD, typeSymbol } from '../../lib/domain/entity-types.ts'
import type { Entry } from '../model.ts'
import { findPipeline } from '../names.ts'
import { comparisonsOf, differencesIn } from './comparisons.ts'
import { numberOf, type Parts, placeOf, textOf } from './parts.ts'

/** What the trigger did about it and why, in a full sentence with what was compared. */
export function explainEntry(entry: Entry, parts: Parts): string {
  const { t, te, names } = parts
  const { move, outcome, reason } = entry
  const stages = stagesOf(entry, parts)
  if (move && outcome === 'moved') {
    const user = names.of('users', move.userId)
    if (move.onBehalfOf === undefined) return t('story.moved', { ...stages, user })
    return t('story.stood-in', { ...stages, user, wanted: names.of('users', move.onBehalfOf) })
  }
  if (move && outcome === 'would-move') {
    const isRehearsed = entry.occurrence.source === 'rehearsal'
    return t(isRehearsed ? 'story.rehearsed' : 'story.would-move', stages)
  }
  if (reason === null) return t(`outcomes.${outcome}`)
  const key = `reasons.${evaluation(entry)}`
  return te(key) ? t(key, reasonParams(entry, parts)).trim() : t('reasons.other')
}

/** Which sentence of a reason fits. */
function evaluation(entry: Entry): string {
  const { reason, occurrence, story } = entry
  const { decision, setting } = story
  if (reason === 'stale') {
    const readyAt = textOf(decision.readyAt)
    return readyAt !== '' && occurrence.at < readyAt ? 'stale-early' : 'stale'
  }
  if (reason === 'several') return setting?.whenSeveral === 'none' ? 'several-none' : 'several'
  if (reason === 'another-trigger') return story.winner?.name ? 'another-trigger' : 'another-trigger-unknown'
  if (reason === 'no-item') return `no-item-${groupOf(occurrence.kind)}`
  if (reason === 'machine') return occurrence.kind === 'email-viewed' ? 'machine-view' : 'machine-click'
  if (reason === 'portal-error') return textOf(decision.text) === '' ? 'portal-error' : 'portal-error-text'
  return reason ?? ''
}

/** How the event is called in “was linked to this …”. */
function groupOf(kind: string): string {
  const [group = ''] = kind.split('-')
  return ['email', 'call', 'chat', 'form', 'payment'].includes(group) ? group : 'event'
}

function stagesOf(entry: Entry, { names }: Parts): { from: string; to: string } {
  const place = placeOf(entry)
  return { from: names.stage(place, entry.move?.from ?? ''), to: names.stage(place, entry.move?.to ?? '') }
}

/** Types that have a word of their own in sentences; others are “the item”. */
const named = [LEAD, DEAL, ESTIMATE, INVOICE]

/** Facts as the texts of `reasons` name them; what an entry does not tell is left out of its sentence by a dash. */
function reasonParams(entry: Entry, parts: Parts): Record<string, string> {
  const { t, names, format, types } = parts
  const { occurrence, move, story } = entry
  const facts = story.decision
  const place = placeOf(entry)
  const type = named.includes(place.entityTypeId) ? place.entityTypeId : 'other'
  const stage = (value: unknown) => names.stage(place, textOf(value))
  const list = (value: unknown) => (Array.isArray(value) ? value.map(textOf) : [])
  const pipeline = (categoryId: number | null) =>
    findPipeline(types, { ...place, categoryId })?.title ?? t('names.pipeline')
  const userId = numberOf(facts.userId) ?? move?.onBehalfOf ?? move?.userId ?? null
  const staleHours = numberOf(facts.staleHours) ?? 24
  return {
    item: t(`items.the-${type}`),
    noItem: t(`items.no-${type}`),
    stage: stage(facts.stageId ?? move?.from),
    target: stage(facts.target ?? move?.to ?? story.setting?.stageId),
    fromStages: format.anyOf(list(facts.fromStages).map((id) => t('common.quoted', { text: stage(id) }))),
    pipeline: pipeline(numberOf(facts.categoryId)),
    own: pipeline(story.setting?.categoryId ?? null),
    happenedAt: format.moment(occurrence.at),
    readyAt: format.moment(textOf(facts.readyAt)),
    hours: format.hours(staleHours),
    until: format.moment(new Date(Date.parse(occurrence.at) + staleHours * 3_600_000).toISOString()),
    n: format.number(list(facts.items).length),
    moves: format.number(numberOf(facts.recentMoves) ?? 0),
    minutes: format.number((numberOf(facts.withinSeconds) ?? 600) / 60),
    trigger: story.winner?.name ?? '',
    user: userId === null ? t('names.unknown.users') : names.of('users', userId),
    fields: format.list(list(facts.fields).map((name) => names.field(place.entityTypeId, name))),
    text: textOf(facts.text),
    differences: differencesIn(comparisonsOf(entry, parts), parts),
  }
}

/** Types whose cards have addresses of their own. */
const withOwnAddress: readonly number[] = [LEAD, DEAL]

/** The address of an item's card in the portal. */
export function cardPath({ entityTypeId, id }: { entityTypeId: number; id: number }): string {
  const isNamed = withOwnAddress.includes(entityTypeId)
  return `/crm/${isNamed ? typeSymbol(entityTypeId).toLowerCase() : `type/${entityTypeId}`}/details/${id}/`
}
