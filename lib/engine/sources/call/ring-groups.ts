import { ask } from '../../../bitrix24/client/batches.ts'
import type { PortalClient } from '../../../bitrix24/client/portal-clients.ts'
import type { Command } from '../../../bitrix24/client/rest.ts'
import { findEventTimes } from '../../../store/event-log.ts'
import { isInbound } from '../../../triggers/call.ts'
import type { PortalContext } from '../../context.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import { type CallRow, parseCalls } from './call-facts.ts'

/** A call and when it rang and went on, milliseconds. */
type Span = { call: CallRow; from: number; to: number }

/** Portals write whole seconds. */
const SECOND_MS = 1000

/**
 * Telephony apps ring a group with one CALL_ID for each telephone, and who did not answer ends with a code of his own
 * (`platform.md` 4.3). So calls of one number that overlap in time are made one call in the snapshot: all their legs, under the
 * CALL_ID that was written first, which stays the same however many telephones are written later. The newest fifty of the number are
 * looked at. A hidden number is nobody's: its calls are not joined.
 */
export async function joinRingGroups(
  { db, portal }: Pick<PortalContext, 'db' | 'portal'>,
  client: PortalClient,
  snapshot: PortalSnapshot,
): Promise<void> {
  const calls = [...snapshot.calls].flatMap(([callId, call]) =>
    call && mayRingSeveral(call) ? [{ callId, call }] : [],
  )
  const phones = [...new Set(calls.map(({ call }) => call.phone))]
  if (phones.length === 0) return
  const commands = phones.map((phone, index) => [`ring_${index}`, newestOf(phone)] as const)
  const answers = await ask(client, Object.fromEntries(commands))
  const others = phones.flatMap((phone, index) => {
    const answer = answers[`ring_${index}`]
    if (answer?.ok) return parseCalls(answer.result).filter(mayRingSeveral)
    if (answer?.error.retriable) {
      for (const { callId, call } of calls)
        if (call.phone === phone) snapshot.failures.set(`call ${callId}`, answer.error)
    }
    return []
  })
  const all = [...new Map([...others, ...calls.map(({ call }) => call)].map((call) => [call.callId, call])).values()]
  const subjects = all.map(({ callId }) => subjectOf(callId))
  const ends = await findEventTimes(db, portal.memberId, subjects)
  const spans = all.map((call) => spanOf(call, ends.get(subjectOf(call.callId))))
  for (const { callId, call } of calls) {
    const ofNumber = spans.filter((span) => span.call.phone === call.phone)
    snapshot.calls.set(callId, joined(groupOf(call, ofNumber)))
  }
}

function mayRingSeveral(call: CallRow): boolean {
  return call.byApp && isInbound(call) && /\d/.test(call.phone)
}

function newestOf(phone: string): Command {
  return {
    method: 'voximplant.statistic.get',
    params: { FILTER: { PHONE_NUMBER: phone }, SORT: 'ID', ORDER: 'DESC' },
  }
}

/** As the intake names the event of a call's end. */
function subjectOf(callId: string): string {
  return `ONVOXIMPLANTCALLEND:${callId}`
}

/** A telephone that nobody picks up has no seconds: how long it rang tells the event of its end alone. */
function spanOf(call: CallRow, endedAt: string | undefined): Span {
  const starts = call.legs.map(({ startedAt }) => Date.parse(startedAt))
  const ends = call.legs.map(({ startedAt, seconds }) => Date.parse(startedAt) + seconds * SECOND_MS)
  return { call, from: Math.min(...starts), to: Math.max(...ends, endedAt === undefined ? 0 : Date.parse(endedAt)) }
}

/** The call with all that overlap it, or overlap one that does. */
function groupOf({ callId }: CallRow, spans: readonly Span[]): CallRow[] {
  const group = spans.filter(({ call }) => call.callId === callId)
  let rest = spans.filter(({ call }) => call.callId !== callId)
  for (const span of group) {
    const overlapping = rest.filter(({ from, to }) => from <= span.to + SECOND_MS && span.from <= to + SECOND_MS)
    group.push(...overlapping)
    rest = rest.filter((one) => !overlapping.includes(one))
  }
  return group.map(({ call }) => call).sort((a, b) => a.rowId - b.rowId)
}

function joined(group: readonly CallRow[]): CallRow | null {
  const [first] = group
  if (!first) return null
  return {
    ...first,
    legs: group.flatMap(({ callId, legs }) => legs.map((leg) => ({ ...leg, callId }))),
    activityId: group.find(({ activityId }) => activityId !== null)?.activityId ?? null,
    refs: group.flatMap(({ refs }) => refs),
  }
}
