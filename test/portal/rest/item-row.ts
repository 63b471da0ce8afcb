import { isoWithOffset } from '../world/dates.ts'
import type { Item } from '../world/item.ts'
import { semanticsOf } from '../world/stages.ts'
import type { World } from '../world/world.ts'
import type { Row } from './filter/read-filter.ts'
import type { ItemField } from './item-fields.ts'
import { yesNo } from './php.ts'

/** Fields that the portal works out. `contactId` is the first contact alone. */
const COMPUTED: Record<string, (world: World, item: Item) => unknown> = {
  contactId: (_, item) => item.contactIds[0] ?? 0,
  stageSemanticId: semanticsOf,
  closed: (world, item) => yesNo(semanticsOf(world, item) !== 'P'),
  fm: (_, item) => [...communications('PHONE', item.phones), ...communications('EMAIL', item.emails)],
}

/** Fields of an item as `crm.item.*` calls them; dates still as `Date`. */
export function itemRow(world: World, item: Item, fields: Iterable<ItemField>): Row {
  return Object.fromEntries([...fields].map(({ name }) => [name, fieldValue(world, item, name)]))
}

/** Fields of an item as the database calls them, for filters and sorting. */
export function databaseRow(world: World, item: Item, fields: Iterable<ItemField>): Row {
  return Object.fromEntries([...fields].map(({ name, upper }) => [upper, fieldValue(world, item, name)]))
}

function fieldValue(world: World, item: Item, name: string): unknown {
  const compute = Object.hasOwn(COMPUTED, name) ? COMPUTED[name] : undefined
  return compute ? compute(world, item) : (item[name] ?? null)
}

function communications(typeId: 'PHONE' | 'EMAIL', values: string[]): Row[] {
  return values.map((value, index) => ({ id: index + 1, typeId, valueType: 'WORK', value }))
}

/** Writes the dates of a row as the portal does. */
export function withIsoDates(world: World, row: Row): Row {
  const write = (value: unknown) => (value instanceof Date ? isoWithOffset(value, world.offsetMinutes) : value)
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, write(value)]))
}
