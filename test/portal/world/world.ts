import type { Activity } from './activity.ts'
import type { Conversation } from './conversation.ts'
import type { AutomationExecution, EventBinding, Placement, Robot, RobotRun } from './registration.ts'

/** Everything a portal remembers. Tests read it directly; acts and REST methods change it. Times are `Date`, ids numbers. */
export interface World {
  /** The portal's time zone, minutes east of UTC: ISO strings carry this offset. */
  offsetMinutes: number
  lang: string
  app: AppState
  /** `classic` has leads, `simple` has none (`crm.settings.mode.get`). */
  crmMode: 'classic' | 'simple'
  /** False: the plan has no REST (platform.md 1.7). */
  restAvailable: boolean
  /** How long the automation of a new stage runs, synchronously, after each stage change (platform.md 5.6). */
  automationSeconds: number
  users: Map<number, User>
  types: Map<number, EntityType>
  categories: Category[]
  stages: Stage[]
  /** Custom fields (`ufCrm…`) by entityTypeId; the standard ones are in `fields.ts`. */
  customFields: Map<number, FieldDefinition[]>
  /** Leads, deals, estimates, invoices, smart-process items, contacts and companies, by `itemKey`. */
  items: Map<string, Item>
  stageHistory: StageHistoryRow[]
  activities: Map<number, Activity>
  recycleBin: Map<number, Activity>
  timeline: TimelineEntry[]
  forms: Form[]
  lines: Line[]
  channels: Channel[]
  conversations: Map<number, Conversation>
  calls: CallRow[]
  mailboxes: Mailbox[]
  bindings: EventBinding[]
  placements: Placement[]
  robots: Robot[]
  robotRuns: RobotRun[]
  automationTriggers: { code: string; name: string }[]
  automationExecutions: AutomationExecution[]
  appOptions: Record<string, unknown>
  userOptions: Map<number, Record<string, unknown>>
  /** The last id given out, by kind of thing: see `nextId`. */
  lastIds: Map<string, number>
}

/** How the app stands in the portal (platform.md 1). */
export interface AppState {
  state: 'absent' | 'installing' | 'installed'
  id: number
  version: number
  status: 'L' | 'F' | 'D' | 'T' | 'P'
  scope: string[]
  applicationToken: string
  installerId: number
  /** Refreshing answers PAYMENT_REQUIRED and no event is sent (platform.md 2.3, 3.2). */
  paymentExpired: boolean
  /** "Installation event handler URL" of the version card; gets ONAPPINSTALL, ONAPPUPDATE and ONAPPUNINSTALL unbound. */
  eventHandlerUrl: string | null
}

/** `connector`: a customer who writes through an Open Channel; `system`: the app's clone of a dismissed installer. */
export type UserType = 'employee' | 'extranet' | 'bot' | 'connector' | 'system'

export interface User {
  id: number
  name: string
  lastName: string
  email: string
  type: UserType
  admin: boolean
  active: boolean
  rights: Rights
}

export type Reach = 'all' | 'own' | 'none'

export interface Rights {
  read: Reach
  edit: Reach
  /** Exceptions for single items, by `itemKey`. They also bind administrators. */
  items: Map<string, { read?: boolean; edit?: boolean }>
  /** `stageKey`s that this user may not move items to. They also bind administrators. */
  forbiddenStages: Set<string>
  telephonyStatistics: boolean
  manageNumbers: boolean
  openLineHistory: boolean
  /** False: `user_access_error`. */
  app: boolean
}

/** A kind of item (platform.md 5.6). `typeId` is the row id of a smart process, null for the built-in ones. */
export interface EntityType {
  entityTypeId: number
  typeId: number | null
  title: string
  symbol: string
  hasStages: boolean
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

export interface FieldDefinition {
  name: string
  title: string
  type: 'integer' | 'double' | 'string' | 'boolean' | 'datetime' | 'date' | 'user' | 'crm_status'
  readOnly?: boolean
  multiple?: boolean
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

export interface Form {
  id: number
  name: string
  active: boolean
  isCallback: boolean
  /** What a submission creates when no bindings are given. */
  creates: 'lead' | 'deal' | 'nothing'
}

/** A telephone line: rented number (digits), `reg…` cloud PBX, `sip…` office PBX. */
export interface Line {
  id: string
  name: string
}

/** An Open Channel (platform.md 5.4). */
export interface Channel {
  id: number
  name: string
  active: boolean
  connectorId: string
  queue: number[]
}

/** One row of the call statistics (platform.md 5.3). A redirected call has one per leg, all with the same callId. */
export interface CallRow {
  id: number
  callId: string
  callType: 1 | 2 | 3 | 4 | 5
  userId: number
  portalNumber: string
  phoneNumber: string
  durationSeconds: number
  startDate: Date
  failedCode: string
  crmEntity: ItemRef | null
  activityId: number | null
  restAppId: number | null
}

export interface Mailbox {
  email: string
  userId: number
}
