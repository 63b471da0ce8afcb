import { typeOf } from '../../world/entity-types.ts'
import { fieldsOf } from '../../world/fields.ts'
import type { EntityType, Item } from '../../world/item.ts'
import { canRead } from '../../world/rights.ts'
import { findItem } from '../../world/stages.ts'
import { RestError, refuse } from '../error.ts'
import { namesIn, passes, type Row } from '../filter.ts'
import { itemRow, withIsoDates } from '../item-row.ts'
import { page, pick, selected, sortRows } from '../list.ts'
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
  return { result: { item: withIsoDates(portal.world, itemRow(portal.world, item)) } }
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
  const { entityTypeId } = requiredType(call)
  const filter = asMap(params.filter)
  checkNames(call, entityTypeId, filter)
  const rows = candidates(call, entityTypeId, filter)
    .filter((item) => canRead(portal.world, user, item))
    .map((item) => itemRow(portal.world, item))
    .filter((row) => passes(withUpperId(row), filter))
  const { rows: found, ...counts } = page(sortRows(rows, params.order, { id: 'ASC' }), params.start)
  const names = selected(params, params.select)
  names?.add('id')
  const items = found.map((row) => pick(withIsoDates(portal.world, row), names))
  return { result: { items }, ...counts }
}

/** A filter by ids does not look at the other items. */
function candidates({ portal }: Call, entityTypeId: number, filter: Row): Item[] {
  const ids = filter['@id'] ?? filter.id ?? filter.ID ?? filter['=id']
  if (Array.isArray(ids)) {
    return ids.flatMap((id) => findItem(portal.world, entityTypeId, Number(id)) ?? [])
  }
  return [...portal.world.items.values()].filter((item) => item.entityTypeId === entityTypeId)
}

function withUpperId(row: Row): Row {
  return { ...row, ID: row.id }
}

/** Universal lists refuse fields they do not have. */
function checkNames({ portal }: Call, entityTypeId: number, filter: Row): void {
  const known = new Set(['ID', ...fieldsOf(portal.world, entityTypeId).map((field) => field.name)])
  const strange = namesIn(filter).find((name) => !known.has(name))
  if (strange !== undefined) {
    throw new RestError('INVALID_ARG_VALUE', `Invalid filter: field '${strange}' is not allowed in filter`)
  }
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
