import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { PortalClients } from '../bitrix24/client/portal-clients.ts'
import type { Command, Priority } from '../bitrix24/client/rest.ts'
import { AccessRevokedError, ForbiddenError, PortalError, UnknownOutcomeError } from '../bitrix24/errors/errors.ts'
import type { Portal } from '../domain/portal.ts'
import type { JobContext, JobHandler } from '../engine/context.ts'
import { completeJobs, type NewJob } from '../store/jobs.ts'
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

/**
 * Tells the rule, which then goes on: with the call's own token or, where it is missing or refused, as the portal's reader; any authorised
 * call of the app will do (`platform.md` 5.10). Throws `PortalError`.
 */
export async function answerRobot(
  clients: Pick<PortalClients, 'callWith' | 'asReader'>,
  portal: Pick<Portal, 'memberId' | 'endpoint'>,
  { accessToken, eventToken, returnValues, logMessage }: RobotAnswer,
  priority: Priority,
): Promise<unknown> {
  const params = {
    event_token: eventToken,
    return_values: returnValues,
    ...(logMessage === '' ? {} : { log_message: logMessage }),
  }
  const command: Command = { method: 'bizproc.event.send', params }
  if (accessToken !== null) {
    try {
      return await clients.callWith(portal, accessToken, command)
    } catch (error) {
      if (!(error instanceof AccessRevokedError || error instanceof ForbiddenError)) throw error
    }
  }
  const reader = await clients.asReader(portal.memberId, priority)
  return reader.call(command.method, params)
}

/** The portal could not be told at once: without the answer the automation of the item would stand still. Sealed: it holds a token. */
export function answerLater(sealer: Sealer, portal: string, answer: RobotAnswer, dueAt: Date): NewJob {
  const body = sealBody(sealer, portal, answer)
  const subject = createHash('sha256').update(answer.eventToken).digest('hex').slice(0, 16)
  return { portal, type: ANSWER_ROBOT, dedupKey: subject, body, dueAt }
}

/** Job `answer-robot`: tells rules what could not be told at once. */
export function answerRobots(sealer: Sealer): JobHandler {
  return async (context, rows) => {
    for (const row of rows) {
      const { data: answer } = answerSchema.safeParse(openBody(sealer, context.portal.memberId, row.body))
      const reason = answer === undefined ? 'lapsed' : await tell(context, answer)
      await context.commit((tx) => completeJobs(tx, [row], reason, context.clock()))
    }
  }
}

/** May the rule be told again? A second telling does no harm, and without an administrator's access it waits for one. */
export function mayTellAgain(error: unknown): boolean {
  const passes = error instanceof PortalError && error.retriable
  return passes || error instanceof UnknownOutcomeError || error instanceof AccessRevokedError
}

/** Refusals are final; anything else is thrown on. */
async function tell(context: JobContext, answer: RobotAnswer): Promise<string> {
  try {
    await answerRobot(context.clients, context.portal, answer, 'work')
    return 'told'
  } catch (error) {
    if (error instanceof PortalError && !mayTellAgain(error)) return `refused:${error.code}`
    throw error
  }
}
