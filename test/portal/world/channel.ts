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

/** One row of the call statistics (platform.md 5.3): one for each call, or each leg by the switch `legsShareCallId`. */
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

/** A call that a telephony app has registered and not finished yet (platform.md 4.3). */
export interface ExternalCall extends Pick<CallRow, 'callId' | 'userId' | 'portalNumber' | 'phoneNumber'> {
  callType: 1 | 2
  restAppId: number
  start: Date
  /** It rang in the past, and its events bear that time. */
  past: boolean
  bindings: ItemRef[]
}

export interface Mailbox {
  email: string
  userId: number
}
