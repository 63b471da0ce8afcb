import { COMPANY, CONTACT, DEAL, ESTIMATE, INVOICE, LEAD, typeOf } from './entity-types.ts'
import type { FieldDefinition } from './item.ts'
import type { World } from './world.ts'

const readOnly = true
const multiple = true

const COMMON: FieldDefinition[] = [
  { name: 'id', title: 'ID', type: 'integer', readOnly },
  { name: 'entityTypeId', title: 'Type', type: 'integer', readOnly },
  { name: 'title', title: 'Name', type: 'string' },
  { name: 'assignedById', title: 'Responsible', type: 'user' },
  { name: 'createdBy', title: 'Created by', type: 'user', readOnly },
  { name: 'updatedBy', title: 'Modified by', type: 'user', readOnly },
  { name: 'createdTime', title: 'Created on', type: 'datetime', readOnly },
  { name: 'updatedTime', title: 'Modified on', type: 'datetime', readOnly },
  { name: 'observers', title: 'Observers', type: 'user', multiple },
  { name: 'webformId', title: 'Created by CRM form', type: 'integer', readOnly },
]

const CLIENT: FieldDefinition[] = [
  { name: 'contactId', title: 'Contact', type: 'integer' },
  { name: 'contactIds', title: 'Contacts', type: 'integer', multiple },
  { name: 'companyId', title: 'Company', type: 'integer' },
  { name: 'opportunity', title: 'Amount', type: 'double' },
  { name: 'currencyId', title: 'Currency', type: 'string' },
  { name: 'comments', title: 'Comment', type: 'string' },
]

const STAGE: FieldDefinition = { name: 'stageId', title: 'Stage', type: 'crm_status' }
const CATEGORY: FieldDefinition = { name: 'categoryId', title: 'Pipeline', type: 'integer' }
const SEMANTICS: FieldDefinition = { name: 'stageSemanticId', title: 'Stage group', type: 'string', readOnly }
const CLOSED: FieldDefinition = { name: 'closed', title: 'Closed', type: 'boolean', readOnly }
const PREVIOUS: FieldDefinition = { name: 'previousStageId', title: 'Previous stage', type: 'crm_status', readOnly }
const MOVED: FieldDefinition[] = [
  { name: 'movedBy', title: 'Moved by', type: 'user', readOnly },
  { name: 'movedTime', title: 'Moved on', type: 'datetime', readOnly },
]

/** The fields of a kind of item, as `crm.item.*` names them (platform.md 5.6). Estimates have no `movedBy`. */
export function fieldsOf(world: World, entityTypeId: number): FieldDefinition[] {
  return [...COMMON, ...ownFields(world, entityTypeId), ...(world.customFields.get(entityTypeId) ?? [])]
}

function ownFields(world: World, entityTypeId: number): FieldDefinition[] {
  if (entityTypeId === LEAD) return [...CLIENT, STAGE, SEMANTICS, ...MOVED]
  if (entityTypeId === DEAL) return [...CLIENT, STAGE, CATEGORY, SEMANTICS, CLOSED, ...MOVED]
  if (entityTypeId === ESTIMATE) return [...CLIENT, STAGE, CLOSED, parent(DEAL)]
  if (entityTypeId === CONTACT) return [{ name: 'companyId', title: 'Company', type: 'integer' }]
  if (entityTypeId === COMPANY) return []
  if (entityTypeId === INVOICE) return [...CLIENT, STAGE, CATEGORY, PREVIOUS, ...MOVED, parent(DEAL)]
  const staged = typeOf(world, entityTypeId)?.hasStages ? [STAGE, PREVIOUS, ...MOVED] : []
  return [...CLIENT, CATEGORY, ...staged, parent(DEAL)]
}

function parent(entityTypeId: number): FieldDefinition {
  return { name: `parentId${entityTypeId}`, title: 'Deal', type: 'integer' }
}
