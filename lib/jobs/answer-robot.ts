import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { PortalClients } from '../bitrix24/client/portal-clients.ts'
import type { Command, Lane } from '../bitrix24/client/rest.ts'
import { AccessDead, OutcomeUnknown, PortalError, RightsMissing } from '../bitrix24/errors/errors.ts'
import type { Portal } from '../domain/portal.ts'
import type { Job, Round } from '../queue/job.ts'
import { finishWork, type NewWork } from '../store/jobs.ts'
import { openBody, type Sealer, sealBody } from '../store/sealing.ts'

export const ANSWER_ROBOT = 'answer-robot'

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
  lane: Lane,
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
      if (!(error instanceof AccessDead || error instanceof RightsMissing)) throw error
    }
  }
  const reader = await clients.asReader(portal.memberId, lane)
  return reader.call(command.method, params)
}

/** The portal could not be told at once: without the answer the automation of the item would stand still. Sealed: it holds a token. */
export function answerLater(sealer: Sealer, portal: string, answer: RobotAnswer, dueAt: Date): NewWork {
  const body = sealBody(sealer, portal, answer)
  const subject = createHash('sha256').update(answer.eventToken).digest('hex').slice(0, 16)
  return { portal, kind: ANSWER_ROBOT, subject, body, dueAt }
}

/** Job `answer-robot`: tells rules what could not be told at once. */
export function answerRobots(sealer: Sealer): Job {
  return async (round, rows) => {
    for (const row of rows) {
      const { data: answer } = answerSchema.safeParse(openBody(sealer, round.portal.memberId, row.body))
      const reason = answer === undefined ? 'lapsed' : await tell(round, answer)
      await round.commit((tx) => finishWork(tx, [row.id], reason, round.clock()))
    }
  }
}

/** May the rule be told again? A second telling does no harm, and without an administrator's access it waits for one. */
export function mayTellAgain(error: unknown): boolean {
  const passes = error instanceof PortalError && error.retriable
  return passes || error instanceof OutcomeUnknown || error instanceof AccessDead
}

/** Refusals are final; anything else is thrown on. */
async function tell(round: Round, answer: RobotAnswer): Promise<string> {
  try {
    await answerRobot(round.clients, round.portal, answer, 'work')
    return 'told'
  } catch (error) {
    if (error instanceof PortalError && !mayTellAgain(error)) return `refused:${error.code}`
    throw error
  }
}
