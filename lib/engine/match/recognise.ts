import type { KindCode } from '../../domain/kind-code.ts'
import type { Occurrence, Origin } from '../../domain/occurrence.ts'
import type { Source } from '../../domain/states.ts'
import type { ReadyTrigger } from '../../domain/trigger.ts'
import { findKnownKeys } from '../../store/occurrences.ts'
import type { Facts } from '../../triggers/facts.ts'
import { kindCodes, kinds } from '../../triggers/index.ts'
import { isRetryLater } from '../../triggers/kind.ts'
import type { JobContext } from '../context.ts'
import type { Evaluation } from '../decide/evaluation.ts'
import { matchTriggers } from './match.ts'

/** Facts that a job's row brought, however: by an event, a poll, a sweep or a click. */
export type SourcedFacts = {
  facts: Facts
  origin: Origin
  source: Source
  /** Kinds with enabled triggers that could be served. */
  kinds: KindCode[]
  jobId: number
}

/** What was recognised; per job's row whether it counted, and whether to look again (seconds since first heard). */
export type Recognition = { evaluations: Evaluation[]; counted: Set<number>; retries: Map<number, number> }

/**
 * Facts, and cases that there were none for → occurrences that were not counted before, each with its triggers, in the order in which they happened; kinds that
 * others yield to come first.
 */
export async function recognise(
  context: JobContext,
  sourced: readonly SourcedFacts[],
  triggers: readonly ReadyTrigger[],
  more: readonly Evaluation[] = [],
): Promise<Recognition> {
  const counted = new Set(more.map(({ jobId }) => jobId))
  const recognition: Recognition = { evaluations: [...more], counted, retries: new Map() }
  for (const { facts, origin, source, kinds: served, jobId } of sourced) {
    for (const kind of served) {
      const result = kinds[kind].recognise(facts)
      if (result === null) continue
      if (isRetryLater(result)) {
        recognition.retries.set(jobId, result.retryAfter)
        continue
      }
      const occurrence: Occurrence = { ...result, kind, source, origin, heardAt: facts.heardAt }
      const { matching, filtered } = matchTriggers(kind, result, facts, triggers)
      recognition.counted.add(jobId)
      recognition.evaluations.push({
        occurrence,
        facts,
        triggers: matching,
        filtered,
        gone: [],
        attempt: 0,
        tries: 0,
        jobId,
      })
    }
  }
  recognition.evaluations = (await newEvaluations(context, recognition.evaluations)).sort(byTimeThenKind)
  return recognition
}

/**
 * Leaves out what was counted before, under its key or an alias, and what came twice just now: where one goes by a key that is the other's
 * key or alias. An alias that two share, such as a Message-Id of two senders, makes them no one.
 */
async function newEvaluations(context: JobContext, evaluations: Evaluation[]): Promise<Evaluation[]> {
  const keysOf = ({ occurrence: { key, aliases = [] } }: Evaluation) => [key, ...aliases]
  const known = await findKnownKeys(context.db, context.portal.memberId, evaluations.flatMap(keysOf))
  const otherNames = new Set<string>()
  return evaluations.flatMap((evaluation): Evaluation[] => {
    const { key, aliases = [] } = evaluation.occurrence
    const isNew = !otherNames.has(key) && !keysOf(evaluation).some((name) => known.has(name))
    known.add(key)
    for (const alias of aliases) otherNames.add(alias)
    return isNew ? [{ ...evaluation, isNew }] : []
  })
}

function byTimeThenKind({ occurrence: a }: Evaluation, { occurrence: b }: Evaluation): number {
  return a.at.localeCompare(b.at) || kindCodes.indexOf(a.kind) - kindCodes.indexOf(b.kind)
}
