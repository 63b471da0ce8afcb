import { wholeSeconds } from '../../domain/time.ts'
import type { JobContext } from '../../engine/context.ts'
import type { ChangeRow } from '../../engine/sources/sweep-list.ts'
import { listLastSeenByKey } from '../../store/job-queries.ts'
import type { NewJob } from '../../store/jobs.ts'
import { findKnownKeys } from '../../store/occurrences.ts'
import { paymentKeys } from '../../triggers/payment-received.ts'

/**
 * A trace that no event told of; `isKnown`: an earlier state of the same thing was told. `nth`: of changes in one second of the portal,
 * which one it is.
 */
export type MissedChange = { trace: ChangeRow; isKnown: boolean; nth?: number }

/** What we did not hear of, each once. */
export async function withoutKnown(context: JobContext, all: readonly ChangeRow[]): Promise<MissedChange[]> {
  const traces = await withoutCounted(context, all)
  const subjects = [...new Set(traces.flatMap((trace) => trace.subjects))]
  const heard = await listLastSeenByKey(context.db, context.portal.memberId, subjects)
  const missed = traces.filter((trace) => !isTold(trace, heard))
  const each = new Map(missed.map((trace) => [trace.subjects.join(), trace]))
  return [...each.values()].map((trace) => ({ trace, isKnown: trace.subjects.some((subject) => heard.has(subject)) }))
}

/** Did an event tell of it? `heard`: up to which moment we heard of each subject. */
export function isTold({ subjects, changedAt }: ChangeRow, heard: ReadonlyMap<string, string>): boolean {
  const until = subjects.flatMap((subject) => heard.get(subject) ?? [])
  return until.some((one) => changedAt === null || wholeSeconds(one) >= wholeSeconds(changedAt))
}

/** Payments that were counted: that an event told of the invoice does not say that it was seen while it was paid. */
async function withoutCounted({ db, portal }: JobContext, traces: readonly ChangeRow[]): Promise<ChangeRow[]> {
  const keysOf = ({ at, entered }: ChangeRow) => (entered?.as === 'payment' ? paymentKeys(entered.item.id, at) : [])
  const known = await findKnownKeys(db, portal.memberId, traces.flatMap(keysOf))
  return traces.filter((trace) => !keysOf(trace).some((key) => known.has(key)))
}

/** An event of ours that stands for what the portal did not tell. */
export function eventOfChange(portal: string, { trace, isKnown, nth = 1 }: MissedChange, now: Date): NewJob {
  const { event, data } = trace.hints[isKnown ? 1 : 0]
  const { entered } = trace
  const stage = entered && {
    as: entered.as,
    stageId: entered.stageId,
    categoryId: entered.categoryId,
    at: trace.at,
    nth,
  }
  const body = { event, data, ts: null, source: 'sweep', swept: trace.changedAt ?? now.toISOString(), entered: stage }
  const told = trace.subjects[isKnown ? trace.subjects.length - 1 : 0] ?? event
  // Each change of an item has an event of its own.
  const subject = entered?.as === 'change' ? `${told}#${trace.id}` : told
  return { portal, type: 'notice', dedupKey: subject, body, dueAt: now }
}
