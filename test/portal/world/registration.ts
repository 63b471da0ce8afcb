import type { ItemRef } from './item.ts'

/** A handler bound by `event.bind` (platform.md 3.1). */
export interface EventBinding {
  id: number
  /** Upper case. */
  event: string
  handler: string
  /** 0: whoever caused the event. */
  authType: number
  /** Who bound it: users without administration see and remove only their own. */
  boundBy: number
}

/** A widget bound by `placement.bind` (platform.md 5.11). */
export interface Placement {
  placement: string
  handler: string
  title: string
  description: string
  options: Record<string, unknown>
  langAll: Record<string, unknown>
  userId: number
}

/** An automation rule of the app (`bizproc.robot.add`, platform.md 5.10). */
export interface Robot {
  code: string
  name: string
  handler: string
  authUserId: number
  useSubscription: boolean
  properties: Record<string, unknown>
  returnProperties: Record<string, unknown>
  /** Classes of documents that it is offered for; null: all. */
  documents: string[] | null
}

/** One call of a robot's handler and what `bizproc.event.send` answered. */
export interface RobotRun {
  eventToken: string
  code: string
  document: ItemRef
  properties: Record<string, unknown>
  /** HTTP status of the handler, null while none came. */
  status: number | null
  /** The process stands still until `bizproc.event.send` comes: USE_SUBSCRIPTION without a timeout. */
  waits: boolean
  returnValues: Record<string, unknown> | null
  logMessage: string | null
}

/** One accepted `crm.automation.trigger.execute`. */
export interface AutomationExecution {
  code: string
  entityTypeId: number
  id: number
  userId: number
}
