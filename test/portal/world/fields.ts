import { COMPANY, CONTACT, DEAL, ESTIMATE, INVOICE, LEAD } from './entity-types.ts'
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
  { name: 'contactId', title: 'Contact', type: 'crm_contact' },
  { name: 'contactIds', title: 'Contacts', type: 'crm_contact', multiple },
  { name: 'companyId', title: 'Company', type: 'crm_company' },
]

const MONEY: FieldDefinition[] = [
  { name: 'opportunity', title: 'Amount', type: 'double' },
  { name: 'currencyId', title: 'Currency', type: 'crm_currency' },
  { name: 'comments', title: 'Comment', type: 'string' },
]

const STAGE: FieldDefinition = { name: 'stageId', title: 'Stage', type: 'crm_status' }
const CATEGORY: FieldDefinition = { name: 'categoryId', title: 'Pipeline', type: 'crm_category' }
const SEMANTICS: FieldDefinition = { name: 'stageSemanticId', title: 'Stage group', type: 'string', readOnly }
const CLOSED: FieldDefinition = { name: 'closed', title: 'Closed', type: 'boolean', readOnly }
const PREVIOUS: FieldDefinition = { name: 'previousStageId', title: 'Previous stage', type: 'crm_status', readOnly }
/** Telephones and e-mails; lists never return them (platform.md 5.6). */
const COMMUNICATIONS: FieldDefinition = {
  name: 'fm',
  title: 'Telephones and e-mails',
  type: 'crm_multifield',
  multiple,
}
const MOVED: FieldDefinition[] = [
  { name: 'movedBy', title: 'Moved by', type: 'user', readOnly },
  { name: 'movedTime', title: 'Moved on', type: 'datetime', readOnly },
]

/** What a smart process may have or lack. */
export interface FieldGroups {
  client: boolean
  stages: boolean
}

/** The fields of a kind of item, as `crm.item.*` names them (platform.md 5.6). Estimates have no `movedBy`. */
export function fieldsOf(world: World, entityTypeId: number, groups: FieldGroups): FieldDefinition[] {
  return [...COMMON, ...ownFields(entityTypeId, groups), ...(world.customFields.get(entityTypeId) ?? [])]
}

function ownFields(entityTypeId: number, { client, stages }: FieldGroups): FieldDefinition[] {
  const sale = [...CLIENT, ...MONEY]
  if (entityTypeId === LEAD) return [...sale, COMMUNICATIONS, STAGE, SEMANTICS, ...MOVED]
  if (entityTypeId === DEAL) return [...sale, STAGE, CATEGORY, SEMANTICS, CLOSED, ...MOVED]
  if (entityTypeId === ESTIMATE) return [...sale, STAGE, CLOSED, parent(DEAL)]
  if (entityTypeId === CONTACT) {
    return [COMMUNICATIONS, { name: 'companyId', title: 'Company', type: 'crm_company' }]
  }
  if (entityTypeId === COMPANY) return [COMMUNICATIONS]
  if (entityTypeId === INVOICE) return [...sale, STAGE, CATEGORY, PREVIOUS, ...MOVED, parent(DEAL)]
  const staged = stages ? [STAGE, PREVIOUS, ...MOVED] : []
  return [...(client ? CLIENT : []), ...MONEY, CATEGORY, ...staged, parent(DEAL)]
}

function parent(entityTypeId: number): FieldDefinition {
  return { name: `parentId${entityTypeId}`, title: 'Deal', type: 'crm_entity' }
}
