import type { ItemRef } from './item.ts'

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
