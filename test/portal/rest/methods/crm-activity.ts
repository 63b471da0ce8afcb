import { type Activity, newActivity } from '../../world/activity.ts'
import type { ItemRef } from '../../world/item.ts'
import { canRead, canReadAny } from '../../world/rights.ts'
import { activityRow, communicationRows, sentActivity } from '../activity-row.ts'
import { refuse } from '../error.ts'
import { passes, type Row } from '../filter.ts'
import { page, pick, selected, sortRows } from '../list.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { legacyId, legacyParam, requiredId } from '../params.ts'
import { asList, asMap } from '../php.ts'

const NEUTRAL = activityRow(
  newActivity(0, { typeId: 0, providerId: '', providerTypeId: '', subject: '', bindings: [] }, new Date(0)),
)

/** Activities and what they are bound to (platform.md 5.1). */
export const crmActivity: Methods = {
  'crm.activity.get': { scopes: ['crm'], run: get },
  'crm.activity.list': { scopes: ['crm'], run: list },
  'crm.activity.fields': { scopes: ['crm'], run: fields },
  'crm.activity.binding.list': { scopes: ['crm'], run: bindings },
}

function get({ portal, user, params }: Call): Outcome {
  const activity = portal.world.activities.get(legacyId(params) ?? 0)
  if (!activity) throw refuse.legacy('Activity is not found')
  if (!canReadAny(portal.world, user, activity.bindings)) throw refuse.legacy('Access denied.')
  return { result: sentActivity(portal.world, activityRow(activity)) }
}

function list(call: Call): Outcome {
  const { portal, user, params } = call
  const { BINDINGS, ...filter } = asMap(legacyParam(params, 'filter'))
  const rows = candidates(call, filter)
    .filter((activity) => canReadAny(portal.world, user, activity.bindings))
    .filter((activity) => BINDINGS === undefined || isBoundTo(activity, asList(BINDINGS)))
    .map(activityRow)
    .filter((row) => passes(row, filter))
  const sorted = sortRows(rows, legacyParam(params, 'order'), { START_TIME: 'ASC' })
  const { rows: found, ...counts } = page(sorted, legacyParam(params, 'start'))
  const names = selected(params, legacyParam(params, 'select'))
  const result = found.map((row) => pick(withCommunications(call, sentActivity(portal.world, row), names), names))
  return { result, ...counts }
}

/** A filter by ids does not look at the other activities. */
function candidates({ portal }: Call, filter: Row): Activity[] {
  const ids = filter.ID ?? filter['@ID'] ?? filter['=ID']
  if (ids === undefined) return [...portal.world.activities.values()]
  return asList(ids).flatMap((id) => portal.world.activities.get(Number(id)) ?? [])
}

function isBoundTo(activity: Activity, wanted: unknown[]): boolean {
  return wanted
    .map(asMap)
    .some(({ OWNER_TYPE_ID, OWNER_ID }) =>
      activity.bindings.some(
        ({ entityTypeId, id }) =>
          String(entityTypeId) === String(OWNER_TYPE_ID) && (OWNER_ID === undefined || String(id) === String(OWNER_ID)),
      ),
    )
}

function withCommunications({ portal }: Call, row: Row, names: Set<string> | undefined): Row {
  const activity = portal.world.activities.get(Number(row.ID))
  return activity && names?.has('COMMUNICATIONS') ? { ...row, COMMUNICATIONS: communicationRows(activity) } : row
}

/** Numbers here, strings everywhere else; only items that the caller may read. */
function bindings({ portal, user, params }: Call): Outcome {
  const activity = portal.world.activities.get(requiredId(params, 'activityId'))
  if (!activity) throw refuse.notFound('Activity not found')
  if (!canReadAny(portal.world, user, activity.bindings)) throw refuse.accessDenied()
  const readable = activity.bindings.filter((ref: ItemRef) => canRead(portal.world, user, ref))
  return { result: readable.map(({ entityTypeId, id }) => ({ entityTypeId, entityId: id })) }
}

function fields(): Outcome {
  const integers = ['ID', 'OWNER_ID', 'OWNER_TYPE_ID', 'TYPE_ID', 'ASSOCIATED_ENTITY_ID', 'DIRECTION', 'RESULT_STATUS']
  const describe = (name: string) => ({
    type: integers.includes(name)
      ? 'integer'
      : /TIME$|^CREATED$|^LAST_UPDATED$|^DEADLINE$/.test(name)
        ? 'datetime'
        : 'string',
    isRequired: false,
    isReadOnly: name === 'ID',
    isImmutable: false,
    isMultiple: false,
    isDynamic: false,
    title: name,
  })
  return { result: Object.fromEntries(Object.keys(NEUTRAL).map((name) => [name, describe(name)])) }
}
