import type { Round } from '../engine/job.ts'
import type { NewWork } from '../store/add-work.ts'
import { findKnownKeys } from '../store/find-known-keys.ts'
import { listHeard } from '../store/list-heard.ts'
import { paymentKeys } from '../triggers/payment-received.ts'
import type { Trace } from './sweep-lists.ts'

/** A trace that no notice told of; `isKnown`: an earlier state of the same thing was told. */
export type Missed = { trace: Trace; isKnown: boolean }

/** What we did not hear of, each once. */
export async function withoutHeard(round: Round, all: readonly Trace[]): Promise<Missed[]> {
  const traces = await withoutCounted(round, all)
  const subjects = [...new Set(traces.flatMap((trace) => trace.subjects))]
  const heard = await listHeard(round.db, round.portal.memberId, subjects)
  const missed = new Map<string, Missed>()
  for (const trace of traces) {
    const [until] = trace.subjects
      .flatMap((subject) => heard.get(subject) ?? [])
      .sort((one, other) => other.localeCompare(one))
    if (until !== undefined && (trace.changedAt === null || seconds(until) >= seconds(trace.changedAt))) continue
    missed.set(trace.subjects.join(), { trace, isKnown: until !== undefined })
  }
  return [...missed.values()]
}

/** Payments that were counted: that a notice told of the invoice does not say that it was seen while it was paid. */
async function withoutCounted({ db, portal }: Round, traces: readonly Trace[]): Promise<Trace[]> {
  const keysOf = ({ at, paid }: Trace) => (paid === undefined ? [] : paymentKeys(paid.invoiceId, at))
  const known = await findKnownKeys(db, portal.memberId, traces.flatMap(keysOf))
  return traces.filter((trace) => !keysOf(trace).some((key) => known.has(key)))
}

/** Portals write whole seconds. */
function seconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000)
}

/** Notices of ours that stand for what the portal did not tell. */
export function missedNotices(portal: string, missed: readonly Missed[], now: Date): NewWork[] {
  return missed.map(({ trace, isKnown }) => {
    const { event, data } = trace.hints[isKnown ? 1 : 0]
    const { paid } = trace
    const stage = paid === undefined ? {} : { paid: { ...paid, at: trace.at } }
    const body = { event, data, ts: null, source: 'sweep', swept: trace.changedAt ?? now.toISOString(), ...stage }
    const subject = trace.subjects[isKnown ? trace.subjects.length - 1 : 0] ?? event
    return { portal, kind: 'notice', subject, body, dueAt: now }
  })
}
