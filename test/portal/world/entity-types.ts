import type { EntityType } from './item.ts'
import type { World } from './world.ts'

export const LEAD = 1
export const DEAL = 2
export const CONTACT = 3
export const COMPANY = 4
export const ESTIMATE = 7
export const INVOICE = 31

/** The kinds every portal has (platform.md 5.6); smart processes come from the seed and `addSmartProcess`. */
export const BUILT_IN_TYPES: EntityType[] = [
  builtIn(LEAD, 'Lead', 'LEAD', true, false),
  builtIn(DEAL, 'Deal', 'DEAL', true, true),
  builtIn(CONTACT, 'Contact', 'CONTACT', false, false),
  builtIn(COMPANY, 'Company', 'COMPANY', false, false),
  builtIn(ESTIMATE, 'Estimate', 'QUOTE', true, false),
  { ...builtIn(INVOICE, 'Invoice', 'SMART_INVOICE', true, true), isDynamic: true },
]

/** The short code of `crm.enum.ownertype`: smart processes are `T` and their id in hexadecimal. */
export function shortCode(type: EntityType): string {
  const known: Record<number, string> = { 1: 'L', 2: 'D', 3: 'C', 4: 'CO', 7: 'Q', 31: 'SI' }
  return known[type.entityTypeId] ?? `T${type.entityTypeId.toString(16)}`
}

/** The directory of `crm.status` that holds a pipeline's stages. */
export function stageDirectory(entityTypeId: number, categoryId: number | null): string {
  if (entityTypeId === LEAD) return 'STATUS'
  if (entityTypeId === ESTIMATE) return 'QUOTE_STATUS'
  if (entityTypeId === DEAL) return categoryId ? `DEAL_STAGE_${categoryId}` : 'DEAL_STAGE'
  if (entityTypeId === INVOICE) return `SMART_INVOICE_STAGE_${categoryId}`
  return `DYNAMIC_${entityTypeId}_STAGE_${categoryId}`
}

/** The names of the events of an item (platform.md 4.2): smart processes and invoices have a general and an own one. */
export function itemEventNames(entityTypeId: number, change: 'ADD' | 'UPDATE' | 'DELETE'): string[] {
  const names: Record<number, string> = { 1: 'LEAD', 2: 'DEAL', 3: 'CONTACT', 4: 'COMPANY', 7: 'QUOTE' }
  const name = names[entityTypeId]
  if (name) return [`ONCRM${name}${change}`]
  return [`ONCRMDYNAMICITEM${change}`, `ONCRMDYNAMICITEM${change}_${entityTypeId}`]
}

/** What an event of an item carries: leads, deals and the like only their id. */
export function itemEventFields(entityTypeId: number, id: number): Record<string, string> {
  const fields = { ID: String(id) }
  return itemEventNames(entityTypeId, 'ADD').length > 1 ? { ...fields, ENTITY_TYPE_ID: String(entityTypeId) } : fields
}

export function typeOf(world: World, entityTypeId: number): EntityType | undefined {
  if (entityTypeId === LEAD && world.crmMode === 'simple') return undefined
  return world.types.get(entityTypeId)
}

function builtIn(
  entityTypeId: number,
  title: string,
  symbol: string,
  hasStages: boolean,
  hasCategories: boolean,
): EntityType {
  return { entityTypeId, typeId: null, title, symbol, hasStages, hasClient: true, hasCategories, isDynamic: false }
}
