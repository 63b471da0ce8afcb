import { toInt } from '../../php/cast.ts'
import type { PortalState } from '../../state.ts'
import type { Activity } from '../../world/activity.ts'
import type { ItemRef } from '../../world/item.ts'
import { canRead, canReadAny } from '../../world/rights.ts'
import { ACTIVITY_COLUMNS, ACTIVITY_FIELDS, activityRow, sentActivity } from '../activity-row.ts'
import { refuse } from '../error.ts'
import { callerClock } from '../filter/caller-clock.ts'
import { valuesOf } from '../filter/numbers.ts'
import { namesIn, type Row, readFilter } from '../filter/read-filter.ts'
import { legacyPage, selected, sortRows } from '../list.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { legacyId, legacyParam, requiredId } from '../params.ts'
import { asList, asMap } from '../php.ts'
import { refusal } from '../refusals.ts'

/** Activities and what they are bound to (platform.md 5.1). */
export const crmActivity: Methods = {
  'crm.activity.get': { scopes: ['crm'], run: get },
  'crm.activity.list': { scopes: ['crm'], run: list },
  'crm.activity.fields': { scopes: ['crm'], run: fields },
  'crm.activity.binding.list': { scopes: ['crm'], universal: true, run: bindings },
}

function get({ portal, user, params }: Call): Outcome {
  const activity = portal.world.activities.get(legacyId(params) ?? 0)
  if (!activity) throw refuse.legacy('Activity is not found')
  if (!canReadAny(portal.world, user, activity.bindings)) throw refuse.legacy('Access denied.')
  return { result: sentActivity(portal.world, activity, ACTIVITY_FIELDS) }
}

function list(call: Call): Outcome {
  const { portal, user, params } = call
  const { BINDINGS, ...filter } = asMap(legacyParam(params, 'filter'))
  const { minutes: clockMinutes } = callerClock(portal)
  const passes = readFilter(filter, { columns: ACTIVITY_COLUMNS, layer: 'legacy', clockMinutes })
  const filtered = namesIn(filter)
  const found = candidates(portal, filter)
    .filter((activity) => canReadAny(portal.world, user, activity.bindings))
    .filter((activity) => passes(activityRow(activity, filtered)))
    .flatMap((activity) => oncePerBinding(activity, BINDINGS))
  const sorted = sortActivities(found, legacyParam(params, 'order'))
  const { rows, ...counts } = legacyPage(sorted, legacyParam(params, 'start'), portal.switches.pastEndPage)
  const names = selected(legacyParam(params, 'select')) ?? ACTIVITY_FIELDS
  return { result: rows.map((activity) => sentActivity(portal.world, activity, names)), ...counts }
}

/** A filter by ids does not look at the other activities; an empty list of ids is no filter at all. */
function candidates({ world }: PortalState, filter: Row): Activity[] {
  const ids = new Set(valuesOf(filter['@ID'] ?? filter.ID ?? filter['=ID'] ?? []).map(toInt))
  if (ids.size === 0) return [...world.activities.values()]
  return [...ids].flatMap((id) => world.activities.get(id) ?? [])
}

/** Filtering by several items gives an activity once for each that it is bound to. */
function oncePerBinding(activity: Activity, wanted: unknown): Activity[] {
  if (wanted === undefined) return [activity]
  const matches = asList(wanted)
    .map(asMap)
    .filter(({ OWNER_TYPE_ID, OWNER_ID }) =>
      activity.bindings.some(
        ({ entityTypeId, id }) =>
          entityTypeId === toInt(OWNER_TYPE_ID) && (OWNER_ID === undefined || id === toInt(OWNER_ID)),
      ),
    )
  return matches.map(() => activity)
}

function sortActivities(activities: Activity[], order: unknown): Activity[] {
  const names = ['START_TIME', ...Object.keys(asMap(order)).map((name) => name.toUpperCase())]
  const rows = activities.map((activity) => ({ ...activityRow(activity, names), activity }))
  return sortRows(rows, order, { START_TIME: 'ASC' }).map(({ activity }) => activity)
}

/** Numbers here, strings everywhere else; only items that the caller may read. */
function bindings({ portal, user, params }: Call): Outcome {
  const activity = portal.world.activities.get(requiredId(params, 'activityId'))
  if (!activity) throw refusal(portal, 'itemNotFound')
  if (!canReadAny(portal.world, user, activity.bindings)) throw refusal(portal, 'accessDenied')
  const readable = activity.bindings.filter((ref: ItemRef) => canRead(portal.world, user, ref))
  return { result: readable.map(({ entityTypeId, id }) => ({ entityTypeId, entityId: id })) }
}

function fields(): Outcome {
  return { result: Object.fromEntries(ACTIVITY_FIELDS.map((name) => [name, describe(name)])) }
}

function describe(name: string): Row {
  const types = { number: 'integer', double: 'double', moment: 'datetime', flag: 'char', text: 'string' }
  return {
    type: types[ACTIVITY_COLUMNS[name] ?? 'text'],
    isRequired: false,
    isReadOnly: name === 'ID',
    isImmutable: false,
    isMultiple: false,
    isDynamic: false,
    title: name,
  }
}
