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
export type MissedChange = { row: ChangeRow; isKnown: boolean; sequence?: number }

/** What we did not hear of, each once. */
export async function withoutKnown(context: JobContext, all: readonly ChangeRow[]): Promise<MissedChange[]> {
  const rows = await withoutCounted(context, all)
  const subjects = [...new Set(rows.flatMap((row) => row.subjects))]
  const lastSeen = await listLastSeenByKey(context.db, context.portal.memberId, subjects)
  const missed = rows.filter((row) => !isReported(row, lastSeen))
  const each = new Map(missed.map((row) => [row.subjects.join(), row]))
  return [...each.values()].map((row) => ({ row, isKnown: row.subjects.some((subject) => lastSeen.has(subject)) }))
}

/** Did an event tell of it? `lastSeen`: up to which moment we heard of each subject. */
export function isReported({ subjects, changedAt }: ChangeRow, lastSeen: ReadonlyMap<string, string>): boolean {
  const until = subjects.flatMap((subject) => lastSeen.get(subject) ?? [])
  return until.some((one) => changedAt === null || wholeSeconds(one) >= wholeSeconds(changedAt))
}

/** Payments that were counted: that an event told of the invoice does not say that it was seen while it was paid. */
async function withoutCounted({ db, portal }: JobContext, rows: readonly ChangeRow[]): Promise<ChangeRow[]> {
  const keysOf = ({ at, entered }: ChangeRow) => (entered?.as === 'payment' ? paymentKeys(entered.item.id, at) : [])
  const known = await findKnownKeys(db, portal.memberId, rows.flatMap(keysOf))
  return rows.filter((row) => !keysOf(row).some((key) => known.has(key)))
}

/** An event of ours that stands for what the portal did not tell. */
export function eventOfChange(portal: string, { row, isKnown, sequence = 1 }: MissedChange, now: Date): NewJob {
  const { event, data } = row.payloads[isKnown ? 1 : 0]
  const { entered } = row
  const stage = entered && {
    as: entered.as,
    stageId: entered.stageId,
    categoryId: entered.categoryId,
    at: row.at,
    nth: sequence,
  }
  const body = { event, data, ts: null, source: 'sweep', swept: row.changedAt ?? now.toISOString(), entered: stage }
  const name = row.subjects[isKnown ? row.subjects.length - 1 : 0] ?? event
  // Each change of an item has an event of its own.
  const subject = entered?.as === 'change' ? `${name}#${row.id}` : name
  return { portal, type: 'notice', dedupKey: subject, body, dueAt: now }
}
