import { toInt } from '../../php/cast.ts'
import type { PortalState } from '../../state.ts'
import { LEAD, typeOf } from '../../world/entity-types.ts'
import type { EntityType, Item } from '../../world/item.ts'
import { canRead } from '../../world/rights.ts'
import { findItem } from '../../world/stages.ts'
import { callerClock } from '../filter/caller-clock.ts'
import { upperName } from '../filter/field-names.ts'
import { notAnArray, readItemFilter, readItemOrder } from '../filter/item-filter.ts'
import { valuesOf } from '../filter/numbers.ts'
import { namesIn, type Row, readFilter } from '../filter/read-filter.ts'
import { filterFields, type ItemField, itemColumns, itemFields } from '../item-fields.ts'
import { databaseRow, itemRow, withIsoDates } from '../item-row.ts'
import { sortRows, universalPage } from '../list.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { requiredId } from '../params.ts'
import { asList } from '../php.ts'
import { refusal } from '../refusals.ts'

/** Ids from here on belong to smart processes: one that is not there was deleted or never made. */
const FIRST_SMART_PROCESS = 128

/** Reading items of every kind (platform.md 5.6). */
export const crmItem: Methods = {
  'crm.item.get': { scopes: ['crm'], intranetOnly: true, universal: true, run: get },
  'crm.item.list': { scopes: ['crm'], intranetOnly: true, universal: true, run: list },
  'crm.item.fields': { scopes: ['crm'], intranetOnly: true, universal: true, run: fields },
}

function get(call: Call): Outcome {
  return itemAnswer(call, readableItem(call))
}

/** `{item}` with everything it has, as get and update answer it. */
export function itemAnswer({ portal }: Call, item: Item): Outcome {
  const row = itemRow(portal.world, item, itemFields(portal, item.entityTypeId))
  return { result: { item: withIsoDates(portal.world, row) } }
}

/** The item that `entityTypeId` and `id` name, if the caller may read it. */
function readableItem(call: Call): Item {
  const item = requiredItem(call)
  if (!canRead(call.portal.world, call.user, item)) throw refusal(call.portal, 'accessDenied')
  return item
}

/** The item that `entityTypeId` and `id` name. */
export function requiredItem(call: Call): Item {
  const { entityTypeId } = requiredType(call)
  const item = findItem(call.portal.world, entityTypeId, requiredId(call.params, 'id'))
  if (!item) throw refusal(call.portal, 'itemNotFound')
  return item
}

/** A deleted smart process is not found; an id that is none of this kind is not supported (platform.md 5.6). */
export function requiredType({ portal, params }: Call): EntityType {
  const entityTypeId = requiredId(params, 'entityTypeId')
  const type = typeOf(portal.world, entityTypeId)
  if (type) return type
  if (entityTypeId === LEAD || entityTypeId >= FIRST_SMART_PROCESS) throw refusal(portal, 'typeNotFound')
  throw refusal(portal, 'typeNotSupported')
}

function list(call: Call): Outcome {
  const { portal, user, params } = call
  const { world } = portal
  const { entityTypeId } = requiredType(call)
  const known = filterFields(portal, entityTypeId)
  const clock = callerClock(portal)
  const filter = readItemFilter(params.filter, new Map(known.map(({ upper, type }) => [upper, type])), clock)
  const order = readItemOrder(params.order, new Set(known.map(({ upper }) => upper)))
  const reading = { columns: itemColumns(known), layer: 'universal', clockMinutes: clock.minutes } as const
  const passes = readFilter(filter, reading)
  const names = new Set([...namesIn(filter), ...Object.keys(order), 'ID'])
  const asked = known.filter(({ upper }) => names.has(upper))
  const rows = candidates(portal, entityTypeId, filter)
    .filter((item) => canRead(world, user, item))
    .map((item): Row & { item: Item } => ({ ...databaseRow(world, item, asked), item }))
    .filter(passes)
  const { rows: shown, ...counts } = universalPage(sortRows(rows, order, { ID: 'ASC' }), params.start)
  const fields = selectedFields(portal, entityTypeId, params.select)
  return { result: { items: shown.map(({ item }) => withIsoDates(world, itemRow(world, item, fields))) }, ...counts }
}

/** A filter by ids alone does not look at the other items. */
function candidates(portal: PortalState, entityTypeId: number, filter: object): Item[] {
  const [[key, wanted] = ['', null], ...others] = Object.entries(filter)
  if (others.length === 0 && ['ID', '=ID', '@ID'].includes(key)) {
    const ids = new Set(valuesOf(wanted).map(toInt))
    return [...ids].flatMap((id) => findItem(portal.world, entityTypeId, id) ?? [])
  }
  return [...portal.world.items.values()].filter((item) => item.entityTypeId === entityTypeId)
}

/** Lists never return `fm`, and drop names that the type lacks; the id always comes. */
function selectedFields(portal: PortalState, entityTypeId: number, select: unknown): ItemField[] {
  if (select !== undefined && select !== null && typeof select !== 'object') throw notAnArray(select, 'select')
  const fields = itemFields(portal, entityTypeId).filter(({ name }) => name !== 'fm')
  const wanted = asList(select ?? []).map(String)
  if (wanted.length === 0 || wanted.includes('*')) return fields
  const known = new Set(fields.map(({ upper }) => upper))
  const names = new Set([...wanted, 'id'].map((name) => upperName(name, known)))
  return fields.filter(({ upper }) => names.has(upper))
}

function fields(call: Call): Outcome {
  const { entityTypeId } = requiredType(call)
  const rows = itemFields(call.portal, entityTypeId).map(({ upper, options, ...field }) => [
    field.name,
    {
      type: field.type,
      isRequired: false,
      isReadOnly: field.readOnly ?? false,
      isImmutable: false,
      isMultiple: field.multiple ?? false,
      isDynamic: field.name.startsWith('uf'),
      title: field.title,
      upperName: upper,
      ...(field.statusType ? { statusType: field.statusType } : {}),
      ...(options ? { items: options.map(({ id, value }) => ({ ID: String(id), VALUE: value })) } : {}),
    },
  ])
  return { result: { fields: Object.fromEntries(rows) } }
}
