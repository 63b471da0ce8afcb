import { addActivity, requireActivity } from '../changes/activities.ts'
import { SEED } from '../seed/names.ts'
import type { PortalState } from '../state.ts'
import type { NewActivity } from '../world/activity.ts'
import { bindingsFor, communication, type Happening } from './options.ts'
import { type CallResult, type Leg, type TelephoneCall, telephone } from './telephone.ts'

export { finishCall, registerCall, ringGroup } from './external-call.ts'

export interface CallOut extends Happening {
  userId?: number
  phone?: string
  line?: string
  /** True by default. */
  answered?: boolean
  /** CALL_FAILED_CODE of an unanswered call; 603-S by default. */
  code?: string
  durationSeconds?: number
}

/** An employee calls a customer. */
export function callOut(portal: PortalState, call: CallOut = {}): CallResult {
  return telephone(portal, outgoing(call))
}

/** An employee makes a call that was planned: the plan's activity is updated, none is added (platform.md 10.8). */
export function attachCallToPlan(portal: PortalState, planId: number, call: CallOut = {}): CallResult {
  return telephone(portal, { ...outgoing(call), plan: requireActivity(portal, planId) })
}

export interface CallIn extends Happening {
  phone?: string
  line?: string
  /** Whose telephone rings; Sam's by default. */
  userId?: number
  /** `redirected`: from `userId`, who does not answer, to `redirectTo`. Answered by default. */
  result?: 'answered' | 'missed' | 'declined' | 'busy' | 'cancelled' | 'redirected'
  /** Who answers a redirected call; null: nobody does. Ines by default. */
  redirectTo?: number | null
  /** CALL_FAILED_CODE, instead of that of `result`: exchanges write what they like for "nobody picked up". */
  code?: string
  /** The legs themselves, instead of `result`; more than one make a call of type 3. */
  legs?: Leg[]
  /** Milliseconds between the ends of the legs, where each has a row of its own (switch `legsShareCallId`). */
  legGapMs?: number
  durationSeconds?: number
  createLead?: boolean
  /** Made by a telephony app with this id. */
  restAppId?: number
}

const CODES = { answered: '200', missed: '304', declined: '603', busy: '486', cancelled: '603-S' } as const

/**
 * A customer calls: one statistics row and one ONVOXIMPLANTCALLEND, also where the call was redirected; or one for each
 * employee who was rung, by the switch `legsShareCallId`.
 */
export function callIn(portal: PortalState, call: CallIn = {}): CallResult {
  const { phone = SEED.phones.kim, result = 'answered', legs = legsOf(call), ...rest } = call
  const line = call.line ?? (call.restAppId === undefined ? SEED.lines.cloud : `REST_APP:${call.restAppId}`)
  const callType = legs.length > 1 || result === 'redirected' ? 3 : 2
  const written = portal.switches.legsShareCallId === 'yes' ? legs : [decisive(legs)].filter((leg) => leg !== undefined)
  return telephone(portal, { ...rest, callType, phone, line, legs: written })
}

/** The leg that was answered, else the last. */
function decisive(legs: Leg[]): Leg | undefined {
  return legs.find(({ code }) => code === '200') ?? legs.at(-1)
}

export interface CallColleague {
  userId?: number
  /** The extension that is dialled. */
  extension?: string
  answered?: boolean
  at?: Date
}

/** An employee calls a colleague: the events come as of any outgoing call, CRM knows nothing of it (platform.md 4.3). */
export function callColleague(portal: PortalState, call: CallColleague = {}): CallResult {
  const { extension = '102', ...rest } = call
  return telephone(portal, { ...outgoing({ ...rest, phone: extension }), internal: true })
}

/** The portal calls a customer back after a callback form, and connects him with an employee. */
export function callback(portal: PortalState, call: CallOut = {}): CallResult {
  return telephone(portal, { ...outgoing(call), callType: 4 })
}

/** A robot calls a customer and plays a text. */
export function infoCall(portal: PortalState, call: CallOut = {}): CallResult {
  return telephone(portal, { ...outgoing(call), callType: 5 })
}

export interface NotedCall extends Happening {
  userId?: number
  phone?: string
  direction?: 1 | 2
}

/** An employee plans a call: an activity without ORIGIN_ID, open. Returns its id. */
export function planCall(portal: PortalState, call: NotedCall = {}): number {
  return note(portal, call, { subject: 'Call back', completed: false })
}

/** An employee writes down a call that went past the telephone system. Returns the activity's id. */
export function logCallByHand(portal: PortalState, call: NotedCall = {}): number {
  return note(portal, call, { subject: 'Talked on the mobile', completed: true })
}

function note(portal: PortalState, call: NotedCall, rest: Pick<NewActivity, 'subject' | 'completed'>): number {
  const { userId = SEED.users.sam, phone = SEED.phones.kim, direction = 2 } = call
  const bindings = bindingsFor(portal.world, call, { phone })
  const given = {
    typeId: 2,
    providerId: 'VOXIMPLANT_CALL',
    providerTypeId: 'CALL',
    direction,
    bindings,
    communications: communication('PHONE', phone, bindings),
    responsibleId: userId,
    ...rest,
  }
  return addActivity(portal, given, { userId, at: call.at }).id
}

function outgoing(call: CallOut): TelephoneCall {
  const { userId = SEED.users.sam, phone = SEED.phones.kim, line = SEED.lines.cloud, answered = true, ...rest } = call
  const code = answered ? '200' : (call.code ?? '603-S')
  const durationSeconds = answered ? (call.durationSeconds ?? 60) : 0
  return { ...rest, callType: 1, phone, line, legs: [{ userId, code, durationSeconds }] }
}

function legsOf({
  result = 'answered',
  userId = SEED.users.sam,
  redirectTo = SEED.users.ines,
  durationSeconds = 60,
  code,
}: CallIn): Leg[] {
  if (result !== 'redirected') {
    return [{ userId, code: code ?? CODES[result], durationSeconds: result === 'answered' ? durationSeconds : 0 }]
  }
  const second: Leg =
    redirectTo === null
      ? { userId: SEED.users.ines, code: '304', durationSeconds: 0 }
      : { userId: redirectTo, code: '200', durationSeconds }
  return [{ userId, code: '304', durationSeconds: 0 }, second]
}
