import { typeOf } from '../../world/entity-types.ts'
import { fieldsOf } from '../../world/fields.ts'
import type { EntityType, Item } from '../../world/item.ts'
import { canRead } from '../../world/rights.ts'
import { findItem } from '../../world/stages.ts'
import type { World } from '../../world/world.ts'
import { RestError, refuse } from '../error.ts'
import { namesIn, passes, type Row } from '../filter.ts'
import { itemRow, withIsoDates } from '../item-row.ts'
import { page, selected, sortRows } from '../list.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { requiredId } from '../params.ts'
import { asMap } from '../php.ts'

const OLD_INVOICE = 5

/** Reading items of every kind (platform.md 5.6). */
export const crmItem: Methods = {
  'crm.item.get': { scopes: ['crm'], intranetOnly: true, run: get },
  'crm.item.list': { scopes: ['crm'], intranetOnly: true, run: list },
  'crm.item.fields': { scopes: ['crm'], intranetOnly: true, run: fields },
}

function get(call: Call): Outcome {
  return itemAnswer(call, readableItem(call))
}

/** `{item}`, as get and update answer it. */
export function itemAnswer({ portal }: Call, item: Item): Outcome {
  const names = fieldNames(portal.world, item.entityTypeId)
  return { result: { item: withIsoDates(portal.world, itemRow(portal.world, item, names)) } }
}

/** The item that `entityTypeId` and `id` name, if the caller may read it. */
export function readableItem(call: Call): Item {
  const { portal, user, params } = call
  const { entityTypeId } = requiredType(call)
  const item = findItem(portal.world, entityTypeId, requiredId(params, 'id'))
  if (!item) throw refuse.notFound('Item not found')
  if (!canRead(portal.world, user, item)) throw refuse.accessDenied()
  return item
}

export function requiredType({ portal, params }: Call): EntityType {
  const entityTypeId = requiredId(params, 'entityTypeId')
  if (entityTypeId === OLD_INVOICE) throw new RestError('ENTITY_TYPE_NOT_SUPPORTED', 'Entity type is not supported')
  const type = typeOf(portal.world, entityTypeId)
  if (!type) throw refuse.notFound('SPA not found')
  return type
}

function list(call: Call): Outcome {
  const { portal, user, params } = call
  const { world } = portal
  const { entityTypeId } = requiredType(call)
  const filter = asMap(params.filter)
  const all = fieldNames(world, entityTypeId)
  checkNames(filter, all)
  const filtered = namesIn(filter)
  const found = candidates(call, entityTypeId, filter)
    .filter((item) => canRead(world, user, item))
    .filter((item) => passes({ ...itemRow(world, item, filtered), ID: item.id }, filter))
  const ordered = [...Object.keys(asMap(params.order)), 'id']
  const rows = found.map((item) => ({ ...itemRow(world, item, ordered), item }))
  const { rows: shown, ...counts } = page(sortRows(rows, params.order, { id: 'ASC' }), params.start)
  const names = selected(params.select)?.add('id') ?? new Set(all)
  const wanted = all.filter((name) => names.has(name))
  return { result: { items: shown.map(({ item }) => withIsoDates(world, itemRow(world, item, wanted))) }, ...counts }
}

/** A filter by ids does not look at the other items. */
function candidates({ portal }: Call, entityTypeId: number, filter: Row): Item[] {
  const ids = filter['@id'] ?? filter.id ?? filter.ID ?? filter['=id']
  if (Array.isArray(ids)) {
    return ids.flatMap((id) => findItem(portal.world, entityTypeId, Number(id)) ?? [])
  }
  return [...portal.world.items.values()].filter((item) => item.entityTypeId === entityTypeId)
}

/** Universal lists refuse fields they do not have. */
function checkNames(filter: Row, all: string[]): void {
  const strange = namesIn(filter).find((name) => name !== 'ID' && !all.includes(name))
  if (strange !== undefined) {
    throw new RestError('INVALID_ARG_VALUE', `Invalid filter: field '${strange}' is not allowed in filter`)
  }
}

function fieldNames(world: World, entityTypeId: number): string[] {
  return fieldsOf(world, entityTypeId).map((field) => field.name)
}

function fields(call: Call): Outcome {
  const { entityTypeId } = requiredType(call)
  const rows = fieldsOf(call.portal.world, entityTypeId).map((field) => [
    field.name,
    {
      type: field.type,
      isRequired: false,
      isReadOnly: field.readOnly ?? false,
      isImmutable: false,
      isMultiple: field.multiple ?? false,
      isDynamic: field.name.startsWith('uf'),
      title: field.title,
    },
  ])
  return { result: { fields: Object.fromEntries(rows) } }
}
