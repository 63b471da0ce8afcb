/** A kind of item (platform.md 5.6). `typeId` is the row id of a smart process, null for the built-in ones. */
export interface EntityType {
  entityTypeId: number
  typeId: number | null
  title: string
  symbol: string
  hasStages: boolean
  /** Smart processes may have no field for clients. */
  hasClient: boolean
  hasCategories: boolean
  isDynamic: boolean
}

export interface Category {
  id: number
  entityTypeId: number
  name: string
  sort: number
  isDefault: boolean
}

export interface Stage {
  /** Row id of `crm.status`; unrelated to the order of stages. */
  id: number
  entityTypeId: number
  /** Null for leads and estimates, which have one pipeline. */
  categoryId: number | null
  entityId: string
  stageId: string
  name: string
  sort: number
  semantics: null | 'S' | 'F'
  color: string
  system: boolean
  /** Names of fields without which an item may not be moved here. */
  requiredFields: string[]
}

type FieldType =
  | 'integer'
  | 'double'
  | 'string'
  | 'boolean'
  | 'datetime'
  | 'date'
  | 'user'
  | 'employee'
  | 'enumeration'
  | 'money'
  | 'crm_status'
  | 'crm_category'
  | 'crm_currency'
  | 'crm_contact'
  | 'crm_company'
  | 'crm_entity'
  | 'crm_multifield'

export interface FieldDefinition {
  name: string
  title: string
  type: FieldType
  readOnly?: boolean
  multiple?: boolean
  /** What an enumeration may hold. */
  options?: { id: number; value: string }[]
  /** Which of CRM's lists a `crm_status` is from. */
  statusType?: string
}

export interface ItemRef {
  entityTypeId: number
  id: number
}

/** A CRM item under the field names of `crm.item.*`. Custom and parent fields (`ufCrm…`, `parentId2`) are further keys. */
export interface Item extends ItemRef {
  title: string
  stageId: string | null
  previousStageId: string | null
  categoryId: number | null
  assignedById: number
  createdBy: number
  updatedBy: number
  movedBy: number
  createdTime: Date
  updatedTime: Date
  movedTime: Date
  contactIds: number[]
  companyId: number
  observers: number[]
  opportunity: number
  currencyId: string
  webformId: number
  phones: string[]
  emails: string[]
  [field: string]: unknown
}

/** One row of `crm.stagehistory.list`, and who caused it (which REST does not tell). */
export interface StageHistoryRow {
  id: number
  /** 1 created, 2 intermediate, 3 final, 5 pipeline change. */
  typeId: 1 | 2 | 3 | 5
  entityTypeId: number
  ownerId: number
  createdTime: Date
  categoryId: number | null
  stageId: string
  semantics: 'P' | 'S' | 'F'
  /** Null: nobody (a robot, a customer's payment). */
  userId: number | null
  /** By a call of REST, not by hand in the portal. */
  byApp: boolean
}

export interface TimelineEntry {
  id: number
  kind: 'logMessage' | 'comment'
  entityTypeId: number
  entityId: number
  authorId: number
  created: Date
  title: string
  text: string
  iconCode: string
}
