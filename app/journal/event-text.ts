import { COMPANY, CONTACT, INVOICE } from '../../lib/domain/entity-types.ts'
import type { Entry } from '../model.ts'
import { numberOf, type Parts, placeOf, textOf } from './parts.ts'

/**
 * What happened, in words: who did what, and where. Texts live under `events`: `-at` where the line, channel or form is known. Names are
 * those that the reader may see; without them it was “a customer”.
 */
export function eventText(entry: Entry, parts: Parts): string {
  const { t, te, names, format } = parts
  const { event } = entry.story
  const key = `events.${evaluation(entry)}`
  if (!te(key)) return t('events.other')
  const place = placeName(entry, parts)
  const client = clientName(entry, parts)
  const params = {
    client: client === null ? t('clients.unknown') : t('clients.known', { name: client }),
    toClient: client === null ? t('clients.unknown-object') : t('clients.known-object', { name: client }),
    place: place === null ? '' : t('common.quoted', { text: place }),
    duration: waited(entry, parts),
    url: textOf(event.target),
    sort: te(`automatic.${textOf(event.writtenBy)}`) ? t(`automatic.${textOf(event.writtenBy)}`) : '',
    invoice: invoiceTitle(entry, parts) ?? t('clients.invoice'),
    fields: format.list(changedFields(entry).map((name) => names.field(placeOf(entry).entityTypeId, name))),
  }
  return t(place !== null && te(`${key}-at`) ? `${key}-at` : key, params)
}

function invoiceTitle({ story: { event } }: Entry, { names }: Parts): string | undefined {
  const id = numberOf(event.invoiceId)
  return id === null ? undefined : names.item({ entityTypeId: INVOICE, id })?.title
}

/** Which sentence tells it: kinds that see the same event share one. */
function evaluation({ occurrence: { kind }, reason, story: { event } }: Entry): string {
  if (kind === 'call-inbound' || kind === 'call-missed') {
    if (event.declined === true) return 'call-declined'
    return event.missed === true || kind === 'call-missed' ? 'call-missed' : 'call-inbound'
  }
  if (kind === 'email-incoming' && event.writtenBy !== undefined) return 'email-automatic'
  if (kind === 'email-outgoing' && event.automatic === true) return 'email-of-rule'
  if (reason === 'machine' && (kind === 'email-viewed' || kind === 'email-link-clicked')) return `${kind}-machine`
  if (kind === 'email-link-clicked' && textOf(event.target) !== '') return 'tracked-link-clicked'
  if (kind === 'chat-accept-time' && event.seconds === undefined && event.atLeast === undefined) return 'chat-accepted'
  return kind
}

/** How long the customer waited; between two times where nobody knows exactly. */
function waited({ story: { event } }: Entry, { t, format }: Parts): string {
  const seconds = numberOf(event.seconds)
  if (seconds !== null) return format.duration(seconds)
  const [from, to] = [numberOf(event.atLeast) ?? 0, numberOf(event.atMost) ?? 0]
  return t('events.between', { from: format.duration(from), to: format.duration(to) })
}

/** The line, channel or form by name; null where the event has none. */
function placeName({ story: { event } }: Entry, { names }: Parts): string | null {
  if (textOf(event.line) !== '') return names.of('lines', textOf(event.line))
  if (textOf(event.channelId) !== '') return names.of('channels', textOf(event.channelId))
  return textOf(event.formId) === '' ? null : names.of('forms', textOf(event.formId))
}

/** The customer by name, else by number or address, as far as the reader may see them. */
export function clientName({ item, story }: Entry, { names }: Parts): string | null {
  const activity = story.activityId === null ? undefined : names.activity(story.activityId)
  if (activity?.client) return activity.client.name
  const [ref] = story.refs.filter(({ entityTypeId }) => entityTypeId === CONTACT || entityTypeId === COMPANY)
  const named = ref && names.item(ref)?.title
  return named || activity?.address || (item && names.item(item)?.client?.name) || null
}

/** Names of the fields that changed. */
export function changedFields({ story: { event } }: Entry): string[] {
  return textOf(event.fields)
    .split(', ')
    .filter((name) => name !== '')
}

/** The activity's own page in the portal; null: the event has none. */
export function activityPath({ story: { activityId } }: Entry): string | null {
  return activityId === null ? null : `/crm/activity/?open_view=${activityId}`
}
