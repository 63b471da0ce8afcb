import { startsWithAddress } from '../../lib/triggers/address.ts'
import { expectedText } from '../field-value.ts'
import type { Entry } from '../model.ts'
import { findPipeline } from '../names.ts'
import { changedFields } from './event-text.ts'
import { numberOf, type Parts, placeOf, textOf } from './parts.ts'

/** What the event was beside what the trigger is set to; `differs`: that is why it did not count. */
export type Comparison = { label: string; event: string; setting: string; differs: boolean }

/** Everything that was compared, in words; nothing where the trigger's setting of that time is not kept. */
export function comparisonsOf(entry: Entry, parts: Parts): Comparison[] {
  if (entry.story.setting === null) return []
  return [...ownFields(entry, parts), ...guards(entry, parts)]
}

/** The trigger's own fields, kind by kind. */
function ownFields(entry: Entry, parts: Parts): Comparison[] {
  const { event, setting } = entry.story
  const fields = setting?.fields ?? {}
  switch (entry.occurrence.kind) {
    case 'call-inbound':
      return picked('lines', 'line', entry, parts)
    case 'call-missed':
      return [...picked('lines', 'line', entry, parts), ...declined(entry, parts)]
    case 'chat-first-message':
    case 'chat-accepted':
      return picked('channels', 'channelId', entry, parts)
    case 'chat-accept-time':
      return [...picked('channels', 'channelId', entry, parts), ...waiting(entry, parts)]
    case 'chat-message':
      return [...picked('channels', 'channelId', entry, parts), ...words(entry, parts)]
    case 'form-submitted':
      return picked('forms', 'formId', entry, parts)
    case 'email-viewed':
      return soon(entry, parts)
    case 'email-link-clicked':
      return [...link(entry, parts), ...soon(entry, parts)]
    case 'email-incoming':
      return [author(event.writtenBy !== undefined, fields.automatic === true, parts)]
    case 'email-outgoing':
      return [sender(event.automatic === true, fields.automatic === true, parts)]
    case 'field-changed':
      return changed(entry, parts)
    default:
      return []
  }
}

/** A line, channel or form that the trigger may have chosen. */
function picked(
  list: 'lines' | 'channels' | 'forms',
  name: 'line' | 'channelId' | 'formId',
  { story: { event, setting } }: Entry,
  { t, names }: Parts,
): Comparison[] {
  const [is, wanted] = [textOf(event[name]), textOf(setting?.fields[name])]
  if (is === '') return []
  return [
    {
      label: t(`fields.${name}.label`),
      event: names.of(list, is),
      setting: wanted === '' ? t('pick.any') : names.of(list, wanted),
      differs: wanted !== '' && bare(wanted) !== bare(is),
    },
  ]
}

/** Numbers are compared without blanks, `+`, brackets and dashes (`triggers.md`, Telephony). */
function bare(line: string): string {
  return line.replace(/[\s+()[\]-]/g, '')
}

function declined({ story: { event, setting } }: Entry, { t }: Parts): Comparison[] {
  const [is, counts] = [event.declined === true, setting?.fields.declined === true]
  const label = t('compare.answer')
  const text = t(is ? 'compare.declined' : 'compare.unanswered')
  return [
    {
      label,
      event: text,
      setting: t(counts ? 'compare.also-declined' : 'compare.only-unanswered'),
      differs: is && !counts,
    },
  ]
}

function waiting({ story: { event, setting } }: Entry, { t, format }: Parts): Comparison[] {
  const wanted = numberOf(setting?.fields.seconds)
  if (wanted === null) return []
  const exact = numberOf(event.seconds)
  const longest = exact ?? numberOf(event.atMost) ?? 0
  const between = { from: format.duration(numberOf(event.atLeast) ?? 0), to: format.duration(longest) }
  return [
    {
      label: t('compare.waited'),
      event: exact === null ? t('events.between', between) : format.duration(exact),
      setting: t('compare.at-least', { duration: format.duration(wanted) }),
      differs: longest < wanted,
    },
  ]
}

/** The message itself is never kept: only whether it held the text. */
function words({ reason, story: { event, setting } }: Entry, { t }: Parts): Comparison[] {
  const wanted = textOf(setting?.fields.channelId)
  const isElsewhere = wanted !== '' && wanted !== textOf(event.channelId)
  const isMissing = reason === 'filter' && !isElsewhere
  return [
    {
      label: t('fields.text.label'),
      event: isElsewhere ? t('compare.not-looked-at') : t(isMissing ? 'compare.not-contained' : 'compare.contained'),
      setting: t('common.quoted', { text: textOf(setting?.fields.text) }),
      differs: isMissing,
    },
  ]
}

function soon({ story: { event, setting } }: Entry, { t, format }: Parts): Comparison[] {
  const is = numberOf(event.secondsAfterSending)
  if (is === null) return []
  const wanted = numberOf(setting?.fields.minSeconds) ?? 0
  return [
    {
      label: t('compare.after-sending'),
      event: format.duration(is),
      setting: wanted === 0 ? t('pick.any') : t('compare.at-least', { duration: format.duration(wanted) }),
      differs: is < wanted,
    },
  ]
}

/** Bitrix24 does not tell which link of an e-mail was clicked. */
function link({ reason, story: { event, setting } }: Entry, { t, format }: Parts): Comparison[] {
  const [target, url] = [textOf(event.target), textOf(setting?.fields.url)]
  const links = numberOf(event.links)
  const several = () =>
    links === 1 ? t('compare.only-link') : t('compare.links', { n: format.number(links ?? 0) }, links ?? 0)
  const unknown = links === null ? t('compare.link-unknown') : several()
  return [
    {
      label: t('compare.link'),
      event: target === '' ? unknown : target,
      setting: t('compare.begins-with', { url }),
      differs: target === '' ? reason === 'filter' : !startsWithAddress(target, url),
    },
  ]
}

function author(isAutomatic: boolean, counts: boolean, { t }: Parts): Comparison {
  const setting = t(counts ? 'compare.anybody' : 'compare.only-people')
  return {
    label: t('compare.written-by'),
    event: t(isAutomatic ? 'compare.program' : 'compare.person'),
    setting,
    differs: isAutomatic && !counts,
  }
}

function sender(isAutomatic: boolean, counts: boolean, { t }: Parts): Comparison {
  const setting = t(counts ? 'compare.also-rules' : 'compare.only-employees')
  return {
    label: t('compare.sent-by'),
    event: t(isAutomatic ? 'compare.rule' : 'compare.employee'),
    setting,
    differs: isAutomatic && !counts,
  }
}

/** The new value is never kept. */
function changed(entry: Entry, { t, names, format }: Parts): Comparison[] {
  const { setting } = entry.story
  const { entityTypeId } = placeOf(entry)
  const wanted = Array.isArray(setting?.fields.fieldNames) ? setting.fields.fieldNames.map(String) : []
  const is = changedFields(entry)
  if (is.length === 0 || wanted.length === 0) return []
  const titles = (all: readonly string[]) => format.list(all.map((name) => names.field(entityTypeId, name)))
  const isOther = !is.some((name) => wanted.includes(name))
  const becomes = setting === null ? '' : expectedText(setting, { names, format })
  const isFiltered = entry.reason === 'filter'
  const value = {
    label: t('fields.becomes.label'),
    event: t(isFiltered ? 'compare.other-value' : 'compare.same-value'),
    setting: t('common.quoted', { text: becomes }),
    differs: isFiltered,
  }
  const rows = [{ label: t('fields.fieldNames.label'), event: titles(is), setting: titles(wanted), differs: isOther }]
  return becomes === '' || isOther ? rows : [...rows, value]
}

/** What stood in the way of an event that matched: pipeline, stage, time, other items. */
function guards(entry: Entry, parts: Parts): Comparison[] {
  const { t, names, format, types } = parts
  const { reason, occurrence, item } = entry
  const { decision, setting } = entry.story
  if (setting === null) return []
  const place = placeOf(entry)
  const stage = (id: unknown) => names.stage(place, textOf(id))
  if (reason === 'other-pipeline') {
    const categoryId = numberOf(decision.categoryId)
    const pipeline = (id: number | null) =>
      findPipeline(types, { ...place, categoryId: id })?.title ?? t('names.pipeline')
    return [
      { label: t('board.pipeline'), event: pipeline(categoryId), setting: pipeline(setting.categoryId), differs: true },
    ]
  }
  if (reason === 'stale' && textOf(decision.readyAt) !== '') {
    const since = {
      at: format.moment(textOf(decision.readyAt)),
      hours: format.hours(numberOf(decision.staleHours) ?? 24),
    }
    return [
      {
        label: t('compare.time'),
        event: format.moment(occurrence.at),
        setting: t('compare.since', since),
        differs: true,
      },
    ]
  }
  if (reason === 'several') {
    const items = Array.isArray(decision.items) ? decision.items.flatMap((id) => numberOf(id) ?? []) : []
    if (items.length === 0) return []
    const titles = items.map((id) => names.item({ ...place, id })?.title ?? t('names.item'))
    const setTo = t(`several.${setting.whenSeveral}`)
    return [{ label: t('fields.whenSeveral.label'), event: format.list(titles), setting: setTo, differs: true }]
  }
  if (item === null || textOf(decision.stageId) === '') return []
  const from = setting.fromStages.map((id) => t('common.quoted', { text: stage(id) }))
  const target = t('compare.target', { stage: stage(setting.stageId) })
  const setTo = from.length === 0 ? target : t('compare.only-from', { stages: format.anyOf(from) })
  return [{ label: t('compare.stage'), event: stage(decision.stageId), setting: setTo, differs: reason !== null }]
}

/** The differences, a sentence each: “Telephone line: Sales SIP; the trigger expects: Office PBX.” */
export function differencesIn(comparisons: readonly Comparison[], { t }: Pick<Parts, 't'>): string {
  const text = comparisons.filter(({ differs }) => differs)
  return text.map(({ label, event, setting }) => t('compare.difference', { label, event, setting })).join(' ')
}
