import { addActivity, updateActivity } from '../changes/activities.ts'
import { addItem } from '../changes/items.ts'
import { NOBODY } from '../events/auth.ts'
import { later } from '../events/queue.ts'
import { raise } from '../events/raise.ts'
import { callFailedReason } from '../rest/methods/telephony.ts'
import type { PortalState } from '../state.ts'
import type { Activity, NewActivity } from '../world/activity.ts'
import type { CallRow } from '../world/channel.ts'
import { clientAmong } from '../world/clients.ts'
import { isoWithOffset, secondsLater } from '../world/dates.ts'
import { LEAD } from '../world/entity-types.ts'
import { nextId } from '../world/ids.ts'
import type { ItemRef } from '../world/item.ts'
import { randomHex } from '../world/random.ts'
import { bindingsFor, communication, type Happening } from './options.ts'

/** One employee whose telephone rang. Code 200 answered, 304 missed, 603 declined, 486 busy… (platform.md 4.3). */
export interface Leg {
  userId: number
  code: string
  durationSeconds: number
}

/** A call as the telephone system sees it. */
export interface TelephoneCall extends Happening {
  /** The other end is a colleague's telephone: CRM has nothing to do with it (platform.md 4.3). */
  internal?: boolean
  callType: CallRow['callType']
  phone: string
  line: string
  legs: Leg[]
  /** Milliseconds between the ends of the legs of a redirected call. */
  legGapMs?: number
  /** A stranger's call makes a lead. */
  createLead?: boolean
  /** A telephony app makes the call: its events lack the line's data. */
  restAppId?: number
  /** The planned call it is attached to: that activity is updated instead of a new one added. */
  plan?: Activity
}

export interface CallResult {
  callId: string
  /** Null when nothing in CRM was found or made. */
  activityId: number | null
}

/**
 * A whole call, from ringing to the last statistics row. The activity is there before the first ONVOXIMPLANTCALLEND; a
 * later leg that is answered takes the mark of a missed call away (platform.md 4.3, 10.8).
 */
export function telephone(portal: PortalState, call: TelephoneCall): CallResult {
  const total = call.legs.reduce((sum, leg) => sum + leg.durationSeconds, 0)
  const progress = ring(portal, call, call.at ?? secondsLater(new Date(), -total))
  for (const { userId, code } of call.legs) if (code === '200') pickUp(portal, progress.callId, userId, progress.start)
  for (const [index, leg] of call.legs.entries()) {
    const end = () => endLeg(portal, call, progress, leg, index === 0)
    if (index > 0 && call.legGapMs) later(portal, index * call.legGapMs, end)
    else end()
  }
  return { callId: progress.callId, activityId: progress.activity?.id ?? null }
}

/** A call that is under way. */
export interface Progress {
  callId: string
  start: Date
  bindings: ItemRef[]
  /** When the last leg ended. */
  end: Date
  activity: Activity | null
}

/** The call rings. Which number stands where depends on the direction. */
export function ring(portal: PortalState, call: TelephoneCall, at: Date): Progress {
  const { callType, phone, line, restAppId } = call
  const callId = newCallId(portal, call, at)
  const dialled = portal.world.lines.find((known) => known.id === line)?.name ?? line
  const numbers =
    callType === 1
      ? { ACCOUNT_SEARCH_ID: line, PHONE_NUMBER: phone, CALLER_ID: line }
      : { ACCOUNT_SEARCH_ID: line, PHONE_NUMBER: dialled, CALLER_ID: phone }
  const own = restAppId === undefined ? numbers : { CALLER_ID: phone, REST_APP_ID: String(restAppId) }
  raise(portal, 'ONVOXIMPLANTCALLINIT', { CALL_ID: callId, CALL_TYPE: String(callType), ...own }, { ...NOBODY, at })
  const bindings = call.plan?.bindings ?? bindingsOfCall(portal, call)
  return { callId, start: at, bindings, end: at, activity: call.plan ?? null }
}

/** Somebody answers. */
export function pickUp(portal: PortalState, callId: string, userId: number, at: Date): void {
  raise(portal, 'ONVOXIMPLANTCALLSTART', { CALL_ID: callId, USER_ID: String(userId) }, { ...NOBODY, at })
}

/** One telephone stops ringing or talking: the activity is written, then the statistics, then the event is raised. */
export function endLeg(portal: PortalState, call: TelephoneCall, progress: Progress, leg: Leg, first = true): void {
  progress.end = secondsLater(progress.end, leg.durationSeconds)
  const cause = { ...NOBODY, at: call.at ? progress.end : undefined }
  const outcome = outcomeOf(call, progress, leg)
  const { activity } = progress
  if (activity) {
    if (first || leg.code === '200') updateActivity(portal, activity, outcome, cause)
  } else if (progress.bindings.length > 0) {
    progress.activity = addActivity(portal, newCallActivity(call, progress, leg, outcome), cause)
  }
  const told = toldActivity(portal, call, progress)
  const row = { ...statisticsRow(portal, call, progress, leg), activityId: told ? Number(told) : null }
  portal.world.calls.push(row)
  raise(portal, 'ONVOXIMPLANTCALLEND', { ...endData(portal, row), CRM_ACTIVITY_ID: told }, cause)
}

/** What a leg makes of the activity. */
function outcomeOf(call: TelephoneCall, { callId, end }: Progress, leg: Leg): Partial<Activity> {
  const missed = call.callType !== 1 && leg.code === '304'
  return {
    subject: missed ? `Missed call from ${call.phone}` : `Call ${call.phone}`,
    originId: `VI_${callId}`,
    completed: !missed,
    endTime: end,
    responsibleId: leg.userId,
    settings: missed ? { MISSED_CALL: true } : {},
    resultStream: missed ? 4 : call.callType === 1 ? 2 : 1,
  }
}

function newCallActivity(
  { callType, phone }: TelephoneCall,
  { start, bindings }: Progress,
  { userId }: Leg,
  outcome: Partial<Activity>,
): NewActivity {
  const incoming = callType === 2 || callType === 3
  return {
    typeId: 2,
    providerId: 'VOXIMPLANT_CALL',
    providerTypeId: callType === 4 ? 'CALLBACK' : 'CALL',
    direction: incoming ? 1 : callType === 4 ? 0 : 2,
    startTime: start,
    bindings,
    communications: communication('PHONE', phone, bindings),
    isIncomingChannel: incoming,
    authorId: userId,
    subject: '',
    ...outcome,
  }
}

function statisticsRow(
  portal: PortalState,
  call: TelephoneCall,
  progress: Progress,
  leg: Leg,
): Omit<CallRow, 'activityId'> {
  return {
    id: nextId(portal.world, 'call'),
    callId: progress.callId,
    callType: call.callType,
    userId: leg.userId,
    portalNumber: call.line,
    phoneNumber: call.phone,
    durationSeconds: leg.durationSeconds,
    startDate: progress.start,
    failedCode: leg.code,
    crmEntity: clientAmong(progress.bindings),
    restAppId: call.restAppId ?? null,
  }
}

/** What is said of the activity: its id, 0, nothing, or null: not a word (switch `callActivityId`, platform.md 4.3). */
function toldActivity({ switches }: PortalState, { internal }: TelephoneCall, { activity }: Progress): string | null {
  if (internal || switches.callActivityId === 'missing') return null
  if (switches.callActivityId === 'present') return activity ? String(activity.id) : null
  return switches.callActivityId === '0' ? '0' : ''
}

function endData({ world }: PortalState, row: CallRow): Record<string, string> {
  return {
    CALL_ID: row.callId,
    CALL_TYPE: String(row.callType),
    PHONE_NUMBER: row.phoneNumber,
    PORTAL_NUMBER: row.portalNumber,
    PORTAL_USER_ID: String(row.userId),
    CALL_DURATION: String(row.durationSeconds),
    CALL_START_DATE: isoWithOffset(row.startDate, world.offsetMinutes),
    COST: '0',
    COST_CURRENCY: 'EUR',
    CALL_FAILED_CODE: row.failedCode,
    CALL_FAILED_REASON: callFailedReason(row.failedCode),
  }
}

function bindingsOfCall(portal: PortalState, call: TelephoneCall): ItemRef[] {
  if (call.internal) return []
  const known = bindingsFor(portal.world, call, { phone: call.phone })
  if (known.length > 0 || !call.createLead) return known
  const lead = { entityTypeId: LEAD, title: `Call from ${call.phone}`, phones: [call.phone] }
  const { id, entityTypeId } = addItem(portal, lead, { ...NOBODY, at: call.at })
  return [{ entityTypeId, id }]
}

function newCallId(portal: PortalState, call: TelephoneCall, start: Date): string {
  const seconds = Math.floor(start.getTime() / 1000)
  const number = nextId(portal.world, 'call id')
  if (call.restAppId !== undefined) return `externalCall.${randomHex(32)}.${seconds}${number}`
  return `${randomHex(16).toUpperCase()}.${seconds}.${number}`
}
