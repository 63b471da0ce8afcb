import { z } from 'zod'
import type { JobType } from '../domain/job-types.ts'
import type { JobContext } from '../engine/context.ts'
import { recheckBodySchema } from '../engine/decide/evaluation.ts'
import { eventBodySchema } from '../engine/events/parse-event.ts'
import { retryBodySchema, retryMoves } from '../engine/move/retry-moves.ts'
import { settleBodySchema } from '../engine/move/settle-job.ts'
import { settleMoves } from '../engine/move/settle-moves.ts'
import { undoBodySchema, undoMoves } from '../engine/move/undo-moves.ts'
import { processEvents } from '../engine/process-events.ts'
import { recheckBindings } from '../engine/recheck-bindings.ts'
import { heldClickSchema } from '../engine/sources/click/held-click.ts'
import { baselineBodySchema } from '../engine/sources/item/baseline-jobs.ts'
import { defineJob, type JobDefinition } from '../queue/job.ts'
import type { Services } from '../services.ts'
import { checkAccess } from './access/check-access.ts'
import { checkPeople } from './access/check-people.ts'
import { delegateAccess } from './access/delegate.ts'
import { answerRobots } from './answer-robot.ts'
import { checkFields } from './check-fields.ts'
import { fieldBaselines } from './field-baselines.ts'
import { judgeClicks } from './judge-clicks.ts'
import { appInstalled } from './lifecycle/app-installed.ts'
import { appUninstalled } from './lifecycle/app-uninstalled.ts'
import { eraseUninstalled } from './lifecycle/erase-uninstalled.ts'
import { probeJob } from './lifecycle/probe.ts'
import { pollChats } from './poll-chats.ts'
import { mailPageSchema, pollMail } from './poll-mail.ts'
import { retention } from './retention.ts'
import { checkSubscriptions } from './subscriptions/check-subscriptions.ts'
import { rebindJob } from './subscriptions/rebind-events.ts'
import { rebindPlacements } from './subscriptions/rebind-placements.ts'
import { rebindRobot } from './subscriptions/rebind-robot.ts'
import { pingBodySchema, pingReceivedSchema, receivePing, sendPing } from './subscriptions/webhook-ping.ts'
import { sweep, sweepBodySchema } from './sweep/sweep.ts'

/** What jobs are built from. */
export type JobParts = Pick<Services, 'config' | 'db' | 'clock' | 'log' | 'sealer' | 'clients'>

/** The row says all by its type and key. */
const nothing = z.looseObject({})

/** The body holds tokens: it is sealed, and read with its key by the handler. An emptied one says nothing. */
const sealed = z.looseObject({})

/** All jobs: who does them, what their rows say, and how many one turn takes. A type that is missing here does not compile. */
export function createJobs(parts: JobParts): Readonly<Record<JobType, JobDefinition<JobContext>>> {
  const { config, sealer } = parts
  return {
    // What happened, and what follows from it.
    notice: defineJob({ batchSize: 40, body: eventBodySchema, gathers: true, run: processEvents }),
    look: defineJob({ batchSize: 40, body: recheckBodySchema, run: recheckBindings }),
    click: defineJob({ batchSize: 40, body: heldClickSchema, run: judgeClicks }),
    'settle-move': defineJob({ batchSize: 25, body: settleBodySchema, run: settleMoves }),
    'retry-move': defineJob({ batchSize: 25, body: retryBodySchema, run: retryMoves }),
    'undo-move': defineJob({ batchSize: 5, body: undoBodySchema, run: undoMoves }),

    // Asking on purpose where the portal says nothing.
    'poll-mail': defineJob({ batchSize: 1, body: mailPageSchema, run: pollMail }),
    'poll-chats': defineJob({ batchSize: 1, body: nothing, run: pollChats(config.sweepSeconds) }),
    sweep: defineJob({ batchSize: 5, body: sweepBodySchema, run: sweep(config.sweepSeconds) }),
    'check-fields': defineJob({ batchSize: 1, body: nothing, run: checkFields }),
    'field-bases': defineJob({ batchSize: 1, body: baselineBodySchema, run: fieldBaselines }),

    // People's access.
    delegate: defineJob({ batchSize: 5, body: sealed, run: delegateAccess(parts) }),
    'await-access': defineJob({ batchSize: 40, body: recheckBodySchema, run: recheckBindings }),
    'check-access': defineJob({ batchSize: 1, body: nothing, run: checkAccess }),
    'check-people': defineJob({ batchSize: 1, body: nothing, run: checkPeople }),

    // Anybody can set these off, so they stand behind what is real: rules that say that they wait, and the app's own life in a portal.
    'answer-robot': defineJob({ batchSize: 40, body: sealed, lowPriority: true, run: answerRobots(sealer) }),
    'app-installed': defineJob({ batchSize: 5, body: sealed, lowPriority: true, run: appInstalled(parts) }),
    'app-updated': defineJob({ batchSize: 5, body: sealed, lowPriority: true, run: appInstalled(parts) }),
    'app-uninstalled': defineJob({ batchSize: 5, body: sealed, lowPriority: true, run: appUninstalled(parts) }),
    'erase-uninstalled': defineJob({ batchSize: 1, body: nothing, run: eraseUninstalled(parts) }),
    probe: defineJob({ batchSize: 5, body: nothing, run: probeJob }),

    // What is registered in the portal.
    'rebind-events': defineJob({ batchSize: 40, body: nothing, run: rebindJob(parts) }),
    'rebind-placements': defineJob({ batchSize: 5, body: nothing, run: rebindPlacements(parts) }),
    'rebind-robot': defineJob({ batchSize: 5, body: nothing, run: rebindRobot(parts) }),
    'check-subscriptions': defineJob({ batchSize: 5, body: nothing, run: checkSubscriptions(parts) }),
    'check-new-subscriptions': defineJob({ batchSize: 1, body: nothing, run: checkSubscriptions(parts) }),
    'test-events': defineJob({ batchSize: 1, body: pingBodySchema, run: sendPing(`${config.publicUrl}/events`) }),
    'test-came-back': defineJob({ batchSize: 40, body: pingReceivedSchema, run: receivePing }),

    retention: defineJob({ batchSize: 1, body: nothing, run: retention(config.keepDays) }),
  }
}
