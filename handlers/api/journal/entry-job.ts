import { setTimeout as sleep } from 'node:timers/promises'
import type { Response } from 'express'
import type { Services } from '../../../lib/services.ts'
import { findAccess } from '../../../lib/store/access.ts'
import { addAudit } from '../../../lib/store/audit.ts'
import { type DecisionRow, findEntry } from '../../../lib/store/decisions.ts'
import { hasPendingMove } from '../../../lib/store/intents.ts'
import { findJob } from '../../../lib/store/job-queries.ts'
import { enqueue } from '../../../lib/store/jobs.ts'
import { ApiError } from '../../http/api-error.ts'
import type { Session } from '../../http/session.ts'
import { entryOf } from './entry-json.ts'
import { withTitles } from './with-titles.ts'

/** A person waits so long for the portal's worker; then the answer is 202 and it goes on by itself (`design.md` 7). */
const MAX_WAIT_MS = 10_000
const POLL_EVERY_MS = 50

/** What a person asks of one entry of the journal. */
export type EntryJob = { kind: 'undo-move' | 'retry-move'; decisionId: number; body: unknown }

/** The entry, or 404: also for those of other portals. */
export async function decisionOf({ db }: Services, portal: string, id: number): Promise<DecisionRow> {
  const row = await findEntry(db, portal, id)
  if (!row) throw new ApiError('not-found')
  return row
}

/**
 * Undo and retry are work of the portal's one worker. Answers 200 with the entry as it is afterwards, or 202. Returns the reason
 * that the work ended with where the entry stayed as it was, so that the caller can say why; then nothing is answered yet.
 */
export async function doForEntry(
  services: Services,
  session: Session,
  response: Response,
  { kind, decisionId, body }: EntryJob,
): Promise<string | null> {
  const { db, clock } = services
  const portal = session.portal.memberId
  const { userId } = session.user
  const subject = `decision:${decisionId}`
  await enqueue(db, [{ portal, type: kind, dedupKey: subject, body, dueAt: clock() }], clock())
  services.worker.wake(portal)
  const titled = async (row: DecisionRow) => {
    const entry = await entryOf(db, row)
    return entry && (await withTitles(services, session, [entry]))[0]
  }
  /** What came of it, for the audit, and by whom, unless he was erased meanwhile; the entry itself keeps who undid it. */
  const note = async (entry: DecisionRow, result: string) => {
    const { trigger_name: name, entity_type_id: entityTypeId, item_id: itemId } = entry
    const detail = { entryId: decisionId, name, entityTypeId, itemId, result }
    const isKept = (await findAccess(db, portal, userId)) !== null
    await addAudit(db, portal, { userId: isKept ? userId : null, action: kind, detail }, clock())
  }
  const giveUpAt = Date.now() + MAX_WAIT_MS
  for (;;) {
    const job = await findJob(db, portal, kind, subject)
    const isDone = job.state === 'done' && !(await isMoving(services, portal, decisionId))
    const entry = await decisionOf(services, portal, decisionId)
    if (isDone) {
      await note(entry, kind === 'undo-move' ? (job.reason ?? 'unknown') : entry.outcome)
      const isRefused = kind === 'undo-move' && job.reason !== 'undone'
      if (isRefused) return job.reason
      response.json(await titled(entry))
      return null
    }
    if (Date.now() > giveUpAt) {
      await note(entry, 'pending')
      response.status(202).json(await titled(entry))
      return null
    }
    await sleep(POLL_EVERY_MS)
  }
}

/** The work is done as soon as the move is decided; the portal is asked after that. */
async function isMoving(services: Services, portal: string, decisionId: number): Promise<boolean> {
  const { occurrence_key, entity_type_id, item_id } = await decisionOf(services, portal, decisionId)
  return hasPendingMove(services.db, portal, occurrence_key, { entityTypeId: entity_type_id, id: item_id })
}
