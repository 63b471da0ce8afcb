import { isoWithOffset } from '../world/dates.ts'
import { fieldsOf } from '../world/fields.ts'
import type { Item } from '../world/item.ts'
import { semanticsOf } from '../world/stages.ts'
import type { World } from '../world/world.ts'
import type { Row } from './filter.ts'
import { yesNo } from './php.ts'

/** An item under the names of `crm.item.*`, with its computed fields; dates still as `Date`, for filters and sorting. */
export function itemRow(world: World, item: Item): Row {
  const semantics = semanticsOf(world, item)
  const computed: Row = {
    contactId: item.contactIds[0] ?? 0,
    stageSemanticId: semantics,
    closed: yesNo(semantics !== 'P'),
  }
  const names = fieldsOf(world, item.entityTypeId).map((field) => field.name)
  return Object.fromEntries(names.map((name) => [name, computed[name] ?? item[name] ?? null]))
}

/** Writes the dates of a row as the portal does. */
export function withIsoDates(world: World, row: Row): Row {
  const write = (value: unknown) => (value instanceof Date ? isoWithOffset(value, world.offsetMinutes) : value)
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, write(value)]))
}
