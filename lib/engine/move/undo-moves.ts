import { AccessDead, OutcomeUnknown, PortalError, RightsMissing } from '../../portal/errors.ts'
import { stageEntityId } from '../../portal/stages.ts'
import type { Move } from '../../store/decision.ts'
import { findDecision } from '../../store/find-decision.ts'
import { finishWork } from '../../store/finish-work.ts'
import { markUndone } from '../../store/mark-undone.ts'
import { noteOwnMove } from '../../store/note-own-move.ts'
import type { Ref } from '../../store/occurrence.ts'
import { postponeWork } from '../../store/postpone-work.ts'
import type { WorkRow } from '../../store/take-work.ts'
import { languageOf } from '../../texts/translate.ts'
import { backoff } from '../backoff.ts'
import type { Round } from '../job.ts'
import { fieldHash } from '../read/compare-fields.ts'
import type { Item } from '../read/item.ts'
import { readMore } from '../read/read.ts'
import { emptyReading, type Reading } from '../read/reading.ts'
import { FIRST_SMART_PROCESS, refKey } from '../refs.ts'
import { undoneEntry } from './timeline-entry.ts'

/** What a row of kind `undo-move` says: which move is taken back, and who clicked. */
export type UndoBody = { decisionId: number; userId: number }

/** How an undo ended; the reason of its finished row. */
export type UndoOutcome = 'undone' | 'elsewhere' | 'no-rights' | 'no-access' | 'portal-error'

/** An answer that was lost is judged by the item itself, but not for ever. */
const LOST_ANSWERS = 3

/**
 * Job `undo-move`: moves an item back under the name of the person who clicked, unless it stands elsewhere by now. The stage's
 * automation rules run again: the page says so before.
 */
export async function undoMoves(round: Round, rows: WorkRow[]): Promise<void> {
  for (const row of rows) await undoMove(round, row)
}

async function undoMove(round: Round, row: WorkRow): Promise<void> {
  const { memberId } = round.portal
  const body: UndoBody = JSON.parse(row.body)
  const decision = await findDecision(round.db, memberId, body.decisionId)
  const { item: ref, move } = decision ?? {}
  if (!ref || !move || decision?.outcome !== 'moved') return finish(round, row, body, 'elsewhere')
  const client = await round.clients.asReader(memberId, 'work')
  const reading = emptyReading()
  await readMore(client, reading, { items: [ref], bindings: [], pipelines: [] })
  const item = reading.items.get(refKey(ref))
  if (item?.stageId === move.from && row.attempts > 0) return finish(round, row, body, 'undone', { ref, move })
  if (!item || item.stageId !== move.to) return finish(round, row, body, 'elsewhere')
  await readMore(client, reading, {
    items: [],
    bindings: [],
    pipelines: [{ entityTypeId: ref.entityTypeId, categoryId: item.categoryId }],
  })
  try {
    await moveBack(round, body.userId, item, move, decision.trigger.name, reading)
    await finish(round, row, body, 'undone', { ref, move })
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    if (error instanceof OutcomeUnknown && row.attempts < LOST_ANSWERS) return lookLater(round, row, error)
    if (error.retriable) throw error
    await finish(round, row, body, outcomeOf(error))
  }
}

async function moveBack(
  round: Round,
  userId: number,
  item: Item,
  move: Move,
  triggerName: string,
  reading: Reading,
): Promise<void> {
  const { entityTypeId, id, categoryId } = item
  const client = await round.clients.as(round.portal.memberId, userId, 'work')
  const stages = reading.stages.get(stageEntityId(entityTypeId, categoryId)) ?? []
  const pipeline = entityTypeId >= FIRST_SMART_PROCESS ? { categoryId } : {}
  const entry = { entityTypeId, entityId: '$result[update][item][id]', triggerName, move, stages }
  const { results } = await client.batch({
    update: { method: 'crm.item.update', params: { entityTypeId, id, fields: { stageId: move.from, ...pipeline } } },
    entry: undoneEntry(languageOf(round.portal.lang), entry),
  })
  if (results.update && !results.update.ok) throw results.update.error
}

function outcomeOf(error: PortalError): UndoOutcome {
  if (error instanceof AccessDead) return 'no-access'
  return error instanceof RightsMissing ? 'no-rights' : 'portal-error'
}

async function finish(
  round: Round,
  row: WorkRow,
  body: UndoBody,
  outcome: UndoOutcome,
  back?: { ref: Ref; move: Move },
): Promise<void> {
  const now = round.clock()
  const { memberId } = round.portal
  await round.commit(async (tx) => {
    if (back) {
      await markUndone(tx, memberId, body, now)
      await noteOwnMove(tx, memberId, back.ref, fieldHash(memberId, back.ref, 'stageId', back.move.from))
    }
    await finishWork(tx, [row.id], outcome, now)
  })
}

async function lookLater(round: Round, row: WorkRow, error: PortalError): Promise<void> {
  const now = round.clock()
  const dueAt = backoff(now, row.attempts)
  await round.commit((tx) => postponeWork(tx, [row.id], { dueAt, reason: error.code, tried: 'failed' }, now))
}
