import { z } from 'zod'
import type { OpenIntent } from '../../domain/intent.ts'
import type { NewJob } from '../../store/jobs.ts'
import type { JobContext, PortalContext } from '../context.ts'
import { uncertaintySchema } from './judge-move.ts'

/**
 * What a row of type `settle-move` says: whether the portal may have been called for the move, what its answer left open (absent: there
 * was none), and how often it would not take the move at that moment. The subject names the intent.
 */
export const settleBodySchema = z.object({
  called: z.boolean().default(false),
  tries: z.number().default(0),
  doubt: uncertaintySchema.optional(),
})

export type SettleBody = z.output<typeof settleBodySchema>

export const SETTLE = 'settle-move' as const

export function settleSubject(intent: { id: number }): string {
  return `intent:${intent.id}`
}

/** The id of the intent that a job's row settles. */
export function intentOfSubject(subject: string): number {
  return Number(subject.slice('intent:'.length))
}

/** When the outcome of a call that begins now may be judged by what the portal shows (`design.md` 3, rule 5). */
export function settleAt(context: PortalContext): Date {
  return new Date(context.clock().getTime() + context.timing.settleSeconds * 1000)
}

/** What a portal allows for one request (`platform.md` 6), and the least time to send one, seconds. */
const REQUEST_SECONDS = 60
const SENDING_SECONDS = 5

/**
 * A call that begins now is sent within that time or not at all: later it might end after it was settled, perhaps by another process,
 * while this one waited or stood still.
 */
export function sendUntil(context: JobContext, begunAt: Date): Date {
  const seconds = Math.max(SENDING_SECONDS, context.timing.settleSeconds - REQUEST_SECONDS)
  return new Date(begunAt.getTime() + seconds * 1000)
}

/** Written with the intent: whatever happens to this process, the move will be settled. */
export function settleJob(context: JobContext, intent: OpenIntent): NewJob {
  const body: SettleBody = { called: true, tries: 0 }
  return {
    portal: context.portal.memberId,
    type: SETTLE,
    dedupKey: settleSubject(intent),
    body,
    dueAt: settleAt(context),
  }
}
