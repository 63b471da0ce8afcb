import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { BatchAnswer, Command } from '../bitrix24/client/rest.ts'
import { AccessRevokedError, ForbiddenError, PortalError } from '../bitrix24/errors/errors.ts'
import { asRetriable } from '../bitrix24/errors/passing.ts'
import type { JobContext, JobHandler } from '../engine/context.ts'
import { applyOutcomes, type JobOutcome, type JobOutcomes, snoozeOnError } from '../queue/job-outcomes.ts'
import { type NewJob, trimJobs } from '../store/jobs.ts'
import { openBody, type Sealer, sealBody } from '../store/sealing.ts'

const ANSWER_ROBOT = 'answer-robot' as const

/** What a waiting automation rule is told, with the token that its call brought, if it brought one. */
export type RobotAnswer = z.output<typeof answerSchema>

const answerSchema = z.object({
  accessToken: z.string().nullable(),
  eventToken: z.string(),
  returnValues: z.record(z.string(), z.string()),
  /** For the log of the item's automation; empty: nothing. */
  logMessage: z.string(),
})

/** Sealed: it holds a token. Of the same call one waits. */
export function robotAnswerJob(sealer: Sealer, portal: string, answer: RobotAnswer, dueAt: Date): NewJob {
  const body = sealBody(sealer, portal, answer)
  const dedupKey = createHash('sha256').update(answer.eventToken).digest('hex').slice(0, 16)
  return { portal, type: ANSWER_ROBOT, dedupKey, body, dueAt }
}

/** Job `answer-robot`: tells rules that wait, those of a batch in one request, since anybody may have made them up. */
export function answerRobots(sealer: Sealer): JobHandler {
  return async (context, rows) => {
    const { clock, commit, portal, tenant } = context
    const opened = rows.map((row) => ({
      row,
      answer: answerSchema.safeParse(openBody(sealer, portal.memberId, row.body)).data,
    }))
    const known = opened.flatMap(({ row, answer }) => (answer ? [{ name: `rule_${row.id}`, row, answer }] : []))
    const results = known.length > 0 ? await tellAll(context, known) : {}
    const outcomes: JobOutcomes = new Map(rows.map(({ id }) => [id, { state: 'done', reason: 'lapsed' }]))
    for (const { name, row } of known) outcomes.set(row.id, outcomeOf(results[name], row.attempts, clock()))
    await commit(async (tx) => {
      await applyOutcomes(tx, tenant, outcomes, clock())
      await trimJobs(tx, tenant, ANSWER_ROBOT)
    })
  }
}

type Named = Readonly<{ name: string; answer: RobotAnswer }>
type Results = BatchAnswer['results']

/** How many of the tokens that calls brought are tried where nobody's access is left: who makes calls up makes tokens up, too. */
const TOKENS = 3

/**
 * Tells the rules as the portal's reader or, where there is none or he may not, with a token that one of the calls brought: any authorised call of the app
 * will do (`platform.md` 5.10). What it refuses to its reader and to them is refused for good. Throws `PortalError` where it could not be asked, or
 * nobody's access is there to ask with.
 */
async function tellAll({ clients, portal }: JobContext, waiting: readonly Named[]): Promise<Results> {
  const commands = Object.fromEntries(waiting.map(({ name, answer }) => [name, commandOf(answer)]))
  const tokens = [...new Set(waiting.flatMap(({ answer }) => answer.accessToken ?? []))].slice(0, TOKENS)
  const asReader = async () => (await (await clients.asReader(portal.memberId, 'work')).batch(commands)).results
  const ways = [asReader, ...tokens.map((token) => () => clients.batchWith(portal, token, commands))]
  const refusals: PortalError[] = []
  for (const tell of ways) {
    try {
      const results = await tell()
      const denied = Object.values(results).flatMap((result) =>
        result.ok || !isDenied(result.error) ? [] : result.error,
      )
      if (denied.length < waiting.length) return results
      refusals.push(...denied)
    } catch (error) {
      const passing = asRetriable(error)
      if (!(passing instanceof PortalError) || passing.retriable) throw passing
      refusals.push(passing)
    }
  }
  const [ofReader] = refusals
  if (ofReader === undefined || ofReader instanceof AccessRevokedError) throw ofReader
  return Object.fromEntries(waiting.map(({ name }) => [name, { ok: false, error: ofReader }]))
}

function commandOf({ eventToken, returnValues, logMessage }: RobotAnswer): Command {
  const params = {
    event_token: eventToken,
    return_values: returnValues,
    ...(logMessage === '' ? {} : { log_message: logMessage }),
  }
  return { method: 'bizproc.event.send', params }
}

/** It may go well in somebody else's name. */
function isDenied(error: unknown): boolean {
  return error instanceof AccessRevokedError || error instanceof ForbiddenError
}

/** What a rule was told, or is told again later; what the portal refuses is final. */
function outcomeOf(result: Results[string] | undefined, attempts: number, now: Date): JobOutcome {
  if (result?.ok) return { state: 'done', reason: 'told' }
  const error = asRetriable(result?.error)
  if (error instanceof PortalError && !error.retriable) return { state: 'done', reason: `refused:${error.code}` }
  return {
    state: 'later',
    ...snoozeOnError(now, attempts, error instanceof PortalError ? error : { code: 'NO_RESULT' }),
  }
}
