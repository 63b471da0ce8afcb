import { wholeSeconds } from '../../../domain/time.ts'
import type { History } from './parse.ts'

/** What may tell when a conversation was accepted. Times are ISO 8601 UTC; the portal writes whole seconds. */
export type AcceptanceClues = Readonly<{
  created: string
  lastUpdated: string
  /** LAST_UPDATED when it was last seen unanswered; null: it was never seen. */
  unansweredAt: string | null
  /** When the portal says that its updates happened; null: found by a sweep, no event told of it. */
  noticedAt: readonly string[] | null
}>

/** One moment does not settle it: more than one update may have been the acceptance, or none may. */
export function isAmbiguous(clues: AcceptanceClues): boolean {
  return clues.unansweredAt === null || clues.noticedAt === null || candidateTimes(clues).length > 1
}

/**
 * The time of acceptance (`triggers.md`, Open Channels): the earlier of LAST_UPDATED and the event's time, without what was the
 * update of a customer's own message, and no later than the first employee's message. Found by a sweep: that message alone. Null:
 * nobody can tell.
 */
export function acceptanceTime(clues: AcceptanceClues, history: History | null): string | null {
  const messages = history?.messages ?? []
  const reply = messages.find(({ author, at }) => author === 'employee' && at >= clues.created)?.at
  if (clues.noticedAt === null) return reply ?? null
  const times = candidateTimes(clues)
  const written = new Set(messages.flatMap(({ author, at }) => (author === 'employee' ? [] : [wholeSeconds(at)])))
  const others = times.filter((moment) => !written.has(wholeSeconds(moment)))
  const [earliest = clues.lastUpdated] = [...(others.length > 0 ? others : times), ...(reply ? [reply] : [])].sort()
  return earliest
}

/** Updates since it was last seen unanswered. */
function candidateTimes({ created, lastUpdated, unansweredAt, noticedAt }: AcceptanceClues): string[] {
  const isSince = (at: string) =>
    unansweredAt === null ? wholeSeconds(at) >= wholeSeconds(created) : wholeSeconds(at) > wholeSeconds(unansweredAt)
  const times = [lastUpdated, ...(noticedAt ?? []).filter(isSince)]
  return [...new Map(times.map((at) => [wholeSeconds(at), at])).values()].sort()
}
