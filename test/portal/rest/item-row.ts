import { isoWithOffset } from '../world/dates.ts'
import type { Item } from '../world/item.ts'
import { semanticsOf } from '../world/stages.ts'
import type { World } from '../world/world.ts'
import type { Row } from './filter.ts'
import { yesNo } from './php.ts'

/** Fields that the portal works out. */
const COMPUTED: Record<string, (world: World, item: Item) => unknown> = {
  contactId: (_, item) => item.contactIds[0] ?? 0,
  stageSemanticId: semanticsOf,
  closed: (world, item) => yesNo(semanticsOf(world, item) !== 'P'),
}

/** The named fields of an item, as `crm.item.*` calls them; dates still as `Date`, for filters and sorting. */
export function itemRow(world: World, item: Item, names: Iterable<string>): Row {
  const row: Row = {}
  for (const name of names) {
    const compute = Object.hasOwn(COMPUTED, name) ? COMPUTED[name] : undefined
    row[name] = compute ? compute(world, item) : (item[name] ?? null)
  }
  return row
}

/** Writes the dates of a row as the portal does. */
export function withIsoDates(world: World, row: Row): Row {
  const write = (value: unknown) => (value instanceof Date ? isoWithOffset(value, world.offsetMinutes) : value)
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, write(value)]))
}
