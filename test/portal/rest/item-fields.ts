import type { PortalState } from '../state.ts'
import { INVOICE, typeOf } from '../world/entity-types.ts'
import { type FieldGroups, fieldsOf } from '../world/fields.ts'
import type { EntityType, FieldDefinition } from '../world/item.ts'
import type { Columns, ColumnType } from './filter/column-tests.ts'
import { upperName } from './filter/field-names.ts'

/** A field of a kind of item under both of its names: `stageId` in answers, `STAGE_ID` in the database. */
export interface ItemField extends FieldDefinition {
  upper: string
}

/** What comes back of an item and may be written. A smart process may lack clients or stages (platform.md 5.6). */
export function itemFields(portal: PortalState, entityTypeId: number): ItemField[] {
  return named(portal, entityTypeId, groupsOf(portal, entityTypeId))
}

/**
 * What filters and orders may ask for. Where the client field or the stages are switched off, the source still lets `contactId`,
 * `companyId` and `stageId` pass; the documentation knows none of them.
 */
export function filterFields(portal: PortalState, entityTypeId: number): ItemField[] {
  const { clientFieldOff, stagesOff } = portal.switches
  const has = groupsOf(portal, entityTypeId)
  const fields = named(portal, entityTypeId, {
    client: has.client || clientFieldOff !== 'as documented',
    stages: has.stages || stagesOff !== 'as documented',
  })
  const unknown = new Set([
    'entityTypeId',
    'fm',
    ...(has.client ? [] : ['contactIds']),
    ...(has.stages ? [] : ['previousStageId']),
  ])
  return fields.filter((field) => !unknown.has(field.name))
}

/** Does this kind have stages? Those of smart processes can be switched off. */
export function hasStages(portal: PortalState, type: EntityType): boolean {
  return type.hasStages && !(isSmartProcess(type) && portal.switches.stagesOff !== 'no')
}

/** Does this kind have clients? The client field of smart processes can be switched off. */
export function hasClient(portal: PortalState, type: EntityType): boolean {
  return type.hasClient && !(isSmartProcess(type) && portal.switches.clientFieldOff !== 'no')
}

/** How conditions on the fields are read. */
export function itemColumns(fields: ItemField[]): Columns {
  return Object.fromEntries(fields.map(({ upper, type }) => [upper, COLUMN_TYPES[type]]))
}

const COLUMN_TYPES: Record<FieldDefinition['type'], ColumnType> = {
  integer: 'number',
  user: 'number',
  employee: 'number',
  crm_contact: 'number',
  crm_company: 'number',
  crm_category: 'number',
  crm_entity: 'number',
  enumeration: 'number',
  double: 'double',
  boolean: 'flag',
  date: 'moment',
  datetime: 'moment',
  string: 'text',
  crm_status: 'text',
  crm_currency: 'text',
  crm_multifield: 'text',
  money: 'text',
}

function groupsOf(portal: PortalState, entityTypeId: number): FieldGroups {
  const type = typeOf(portal.world, entityTypeId)
  if (!type) return { client: false, stages: false }
  return { client: hasClient(portal, type), stages: hasStages(portal, type) }
}

function named({ world }: PortalState, entityTypeId: number, groups: FieldGroups): ItemField[] {
  return fieldsOf(world, entityTypeId, groups).map((field) => ({ ...field, upper: upperName(field.name, new Set()) }))
}

function isSmartProcess({ isDynamic, entityTypeId }: EntityType): boolean {
  return isDynamic && entityTypeId !== INVOICE
}
