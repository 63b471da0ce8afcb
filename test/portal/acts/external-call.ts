import { SEED } from '../seed/names.ts'
import type { PortalState } from '../state.ts'
import type { ExternalCall } from '../world/channel.ts'
import { secondsLater } from '../world/dates.ts'
import { type CallResult, endLeg, type Progress, pickUp, ring, type TelephoneCall } from './telephone.ts'

/** A call that is registered again so soon is the one that runs (platform.md 4.3). */
const SAME_CALL_MS = 30 * 60_000

interface RegisteredCall {
  /** The telephony app that registers it. */
  restAppId?: number
  /** Whose telephone rings, or who dials. */
  userId?: number
  phone?: string
  /** 1 outgoing, 2 incoming; incoming by default. */
  callType?: 1 | 2
  /** NUMBER of the app's external line; without one the call shows `REST_APP:<app id>`. */
  line?: string
  at?: Date
}

/**
 * A telephony app registers a call (`telephony.externalCall.register`). The same app, user, number and type within half an
 * hour give the CALL_ID that runs; another user gives a new one. Returns the CALL_ID.
 */
export function registerCall(portal: PortalState, given: RegisteredCall = {}): string {
  const { restAppId = 77, userId = SEED.users.sam, phone = SEED.phones.kim, callType = 2, at = new Date() } = given
  const { externalCalls } = portal.world
  const running = [...externalCalls.values()].find((known) => {
    const isOfSame = known.restAppId === restAppId && known.userId === userId && known.callType === callType
    return isOfSame && known.phoneNumber === phone && at.getTime() - known.start.getTime() < SAME_CALL_MS
  })
  if (running) return running.callId
  const portalNumber = given.line ?? `REST_APP:${restAppId}`
  const past = given.at !== undefined
  const known = { restAppId, userId, phoneNumber: phone, callType, portalNumber, past, start: at }
  const { callId, bindings } = ring(portal, callOf(known), at)
  externalCalls.set(callId, { ...known, callId, bindings })
  return callId
}

interface FinishedCall {
  /** The app chooses it; without one it is 200, or 304 at 0 seconds (platform.md 4.3). */
  code?: string
  /** Seconds of talk; 0 by default. */
  durationSeconds?: number
}

/** The telephony app tells that a call is over (`telephony.externalCall.finish`). */
export function finishCall(portal: PortalState, callId: string, finished: FinishedCall = {}): CallResult {
  const external = portal.world.externalCalls.get(callId)
  if (!external) throw new Error(`There is no running call ${callId} in this portal`)
  const { durationSeconds = 0, code = durationSeconds > 0 ? '200' : '304' } = finished
  const { userId, start, bindings } = external
  if (code === '200') pickUp(portal, callId, userId, start)
  const progress: Progress = { callId, start, bindings, end: start, activity: null }
  endLeg(portal, callOf(external), progress, { userId, code, durationSeconds })
  portal.world.externalCalls.delete(callId)
  return { callId, activityId: progress.activity?.id ?? null }
}

function callOf(external: Omit<ExternalCall, 'callId' | 'bindings' | 'userId'>): TelephoneCall {
  const { callType, phoneNumber, portalNumber, restAppId, past, start } = external
  return { callType, phone: phoneNumber, line: portalNumber, restAppId, legs: [], ...(past ? { at: start } : {}) }
}

export interface RingGroup extends Omit<RegisteredCall, 'userId' | 'callType'> {
  /** Whose telephones ring; Sam's, Ines' and Otto's by default. */
  userIds?: number[]
  /** Who answers; null: nobody does. Ines by default. */
  answeredBy?: number | null
  /** CALL_FAILED_CODE of those who do not. */
  code?: string
  durationSeconds?: number
}

/**
 * A customer calls and a group of telephones rings: the telephony app registers a call for each of them, all of one number at
 * one time. Who does not answer is through when somebody does (platform.md 4.3).
 */
export function ringGroup(portal: PortalState, group: RingGroup = {}): CallResult[] {
  const { userIds = GROUP, answeredBy = SEED.users.ines, code = '304', durationSeconds = 65, ...rest } = group
  const at = group.at ?? secondsLater(new Date(), answeredBy === null ? 0 : -durationSeconds)
  const calls = userIds.map((userId) => ({ userId, callId: registerCall(portal, { ...rest, userId, at }) }))
  return calls.map(({ userId, callId }) => {
    return finishCall(portal, callId, userId === answeredBy ? { durationSeconds } : { code })
  })
}

const GROUP: number[] = [SEED.users.sam, SEED.users.ines, SEED.users.ownOnly]
