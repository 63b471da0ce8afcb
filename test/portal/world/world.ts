import type { Activity } from './activity.ts'
import type { CallRow, Channel, ExternalCall, Form, Line, Mailbox } from './channel.ts'
import type { Conversation } from './conversation.ts'
import type { Category, EntityType, FieldDefinition, Item, Stage, StageHistoryRow, TimelineEntry } from './item.ts'
import type { AutomationExecution, EventBinding, Placement, Robot, RobotRun } from './registration.ts'
import type { User } from './user.ts'

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
  /** Smart processes whose items the plan does not let anybody edit. */
  restrictedTypes: Set<number>
  /** Items with workflows that are running, by `itemKey`: their pipeline cannot be changed. */
  runningWorkflows: Set<string>
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
  /** Calls of telephony apps that are under way, by CALL_ID. */
  externalCalls: Map<string, ExternalCall>
  /** Names of the telephony apps that are installed, by id. */
  telephonyApps: Map<number, string>
  mailboxes: Mailbox[]
  bindings: EventBinding[]
  /** Names of events that the portal passes to REST (platform.md 3.1): see `events/registration.ts`. */
  registeredEvents: Set<string>
  /** Names of events that another installed app listens to. */
  otherListeners: string[]
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
interface AppState {
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
