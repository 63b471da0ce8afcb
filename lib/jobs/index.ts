import { retryMoves } from '../engine/move/retry-moves.ts'
import { settleMoves } from '../engine/move/settle-moves.ts'
import { undoMoves } from '../engine/move/undo-moves.ts'
import { processEvents } from '../engine/process-events.ts'
import { recheckBindings } from '../engine/recheck-bindings.ts'
import type { JobRegistry } from '../queue/job.ts'
import { CHECK_FIELDS, checkFields } from './check-fields.ts'
import { fieldBaselines } from './field-baselines.ts'
import { judgeClicks } from './judge-clicks.ts'
import { PROBE, probeJob } from './lifecycle/probe.ts'
import { pollMail } from './poll-mail.ts'

/** The work of the engine, by kind, and how many rows of it one turn takes. */
export const engineJobs: JobRegistry = {
  notice: { take: 40, job: processEvents },
  look: { take: 40, job: recheckBindings },
  'settle-move': { take: 25, job: settleMoves },
  'retry-move': { take: 25, job: retryMoves },
  'undo-move': { take: 5, job: undoMoves },
  click: { take: 40, job: judgeClicks },
  'poll-mail': { take: 1, job: pollMail },
  [PROBE]: { take: 5, job: probeJob },
  'field-bases': { take: 1, job: fieldBaselines },
  [CHECK_FIELDS]: { take: 1, job: checkFields },
}
