import { z } from 'zod'
import { ask } from '../../bitrix24/client/batches.ts'
import { type Reference, reference } from '../../bitrix24/client/command.ts'
import type { PortalClient } from '../../bitrix24/client/portal-clients.ts'
import { type Stage, stageEntityId } from '../../bitrix24/directory/stages.ts'
import { AccessRevokedError, AppRemovedError, ForbiddenError, PortalError } from '../../bitrix24/errors/errors.ts'
import type { Move } from '../../domain/decision.ts'
import { ESTIMATE, refKey } from '../../domain/entity-types.ts'
import type { Ref } from '../../domain/occurrence.ts'
import type { Job } from '../../queue/job.ts'
import { readBody } from '../../queue/read-body.ts'
import type { Db } from '../../store/database.ts'
import { findDecision, markUndone } from '../../store/decisions.ts'
import { suppressOwnChanges } from '../../store/item-fields.ts'
import { findJobBody } from '../../store/job-queries.ts'
import { completeJobs, type JobRow, snoozeJobs } from '../../store/jobs.ts'
import { languageOf } from '../../texts/translate.ts'
import type { JobContext } from '../context.ts'
import { isOfGoneType, passing, refusal } from '../snapshot/failures.ts'
import { fetchMissing } from '../snapshot/fetch.ts'
import { emptySnapshot, type PortalSnapshot } from '../snapshot/snapshot.ts'
import { fieldHash } from '../sources/item/field-changes.ts'
import type { Item } from '../sources/item/item.ts'
import { addEntry, removeEntry } from './add-entries.ts'
import { clientIfAlive } from './inspect-moves.ts'
import { type Judgement, judgeMove, type Shown, uncertaintySchema } from './judge-move.ts'
import { entryLeft, leftAsItWas, lost, stageInAnswer, uncertaintyOf } from './move-outcome.ts'
import { sendUntil, settleAt } from './settle-job.ts'
import { historyCommand, moveCallSchema, stagesSince } from './stage-history.ts'
import { undoneEntry } from './timeline-entry.ts'

/** `count`: which one it is. `doubt`: what its answer left open; of one without an answer, that it was lost. */
const undoCallSchema = moveCallSchema.extend({ count: z.number(), doubt: uncertaintySchema })

/** What a row of type `undo-move` says: which move is taken back, who clicked, and the call that was made or is about to be. */
export const undoBodySchema = z.object({ decisionId: z.number(), userId: z.number(), call: undoCallSchema.optional() })

export type UndoBody = z.output<typeof undoBodySchema>

type UndoCall = z.output<typeof undoCallSchema>

/** How an undo ended; the reason of its finished row. */
export type UndoOutcome = 'undone' | 'elsewhere' | 'stage-gone' | 'no-rights' | 'no-access' | 'portal-error'

/** A move that is taken back. */
type Undo = { row: JobRow; body: UndoBody; ref: Ref; move: Move; triggerName: string }

/**
 * Job `undo-move`: moves an item back under the name of the person who clicked, unless it stands elsewhere by now. The stage's
 * automation rules run again: the page says so before. An answer proves what it proves for a move (decision 010), and a call that is not
 * answered is judged like one.
 */
export async function undoMoves(context: JobContext, jobs: Job<UndoBody>[]): Promise<void> {
  for (const job of jobs) await undoMove(context, job)
}

async function undoMove(context: JobContext, row: Job<UndoBody>): Promise<void> {
  const { memberId } = context.portal
  const body = row.data
  const decision = await findDecision(context.db, memberId, body.decisionId)
  const { item: ref, move } = decision ?? {}
  if (!ref || !move || decision?.outcome !== 'moved') return finish(context, row, 'elsewhere')
  const undo = { row, body, ref, move, triggerName: decision.trigger.name }
  const shown = await inspectItem(context, undo)
  if (shown instanceof PortalError) return finish(context, row, outcomeOf(shown))
  const { call } = body
  const judgement = judgeMove({ from: move.to, to: move.from }, shown, {
    calls: call?.count ?? 0,
    doubt: call?.doubt.kind ?? 'lost',
    saidYes: call?.doubt.saidYes,
  })
  if (judgement === 'made') return undone(context, undo, call?.doubt.lacksEntry ? shown.stages : null)
  if (judgement === 'call' && shown.item !== null) return moveBack(context, undo, { ...shown, item: shown.item })
  await finish(context, row, outcomeOfUnmoved(judgement, call))
  if (call?.doubt.entryId !== undefined) await removeEntry(context, body.userId, call.doubt.entryId)
}

function outcomeOfUnmoved(judgement: Judgement, call: UndoCall | undefined): UndoOutcome {
  if (judgement === 'stage-gone') return judgement
  if (judgement !== 'unmoved') return 'elsewhere'
  return call?.doubt.ifUnmoved.reason === 'no-rights' ? 'no-rights' : 'portal-error'
}

/** What is not shown to the reader after a call is looked at by the person who clicked: it may have been moved. */
async function inspectItem(context: JobContext, undo: Undo): ReturnType<typeof inspect> {
  const { memberId } = context.portal
  const shown = await inspect(await context.clients.asReader(memberId, 'work'), undo)
  const isShown = !(shown instanceof PortalError) && shown.item !== null
  if (isShown || undo.body.call === undefined) return shown
  const client = await clientIfAlive(context, undo.body.userId)
  return client === null ? shown : inspect(client, undo)
}

/** The item as it is now, the stages of its pipeline, and after a call what it went through since; or why it is refused. */
async function inspect(
  client: PortalClient,
  { body: { call }, ref }: Undo,
): Promise<(Shown & { item: Item | null }) | PortalError> {
  const snapshot = emptySnapshot()
  await fetchMissing(client, snapshot, { items: [ref], bindings: [], pipelines: [] })
  throwTrouble(snapshot)
  const refused = refusal(snapshot.failures, [`item ${refKey(ref)}`])
  if (refused !== null && !isOfGoneType(refused)) return refused
  const item = snapshot.items.get(refKey(ref)) ?? null
  if (item === null) return { item, passed: null, stages: undefined }
  const pipeline = { entityTypeId: ref.entityTypeId, categoryId: item.categoryId }
  await fetchMissing(client, snapshot, { items: [], bindings: [], pipelines: [pipeline] })
  throwTrouble(snapshot)
  const stages = snapshot.stages.get(stageEntityId(ref.entityTypeId, item.categoryId))
  if (call === undefined || ref.entityTypeId === ESTIMATE) return { item, passed: null, stages }
  const { history } = await ask(client, { history: historyCommand(ref) })
  return { item, passed: stagesSince(call, history, call.doubt.kind !== 'lost'), stages }
}

/** What cannot be had now is looked for later. */
function throwTrouble({ failures }: PortalSnapshot): void {
  const trouble = passing(failures, [...failures.keys()])
  if (trouble !== null) throw trouble
}

/** Says in the store that the portal is about to be called, calls, and keeps what the answer proves. */
async function moveBack(context: JobContext, undo: Undo, { item, stages = [] }: Shown & { item: Item }): Promise<void> {
  const { row, body, move } = undo
  const { entityTypeId, id } = item
  const count = (body.call?.count ?? 0) + 1
  const call = { from: move.to, begunAt: context.clock().toISOString(), movedTime: item.movedTime, count }
  await snoozeUndo(context, row, { ...body, call: { ...call, doubt: lost(null) } }, settleAt(context))
  let left: ReturnType<typeof entryLeft> = { lacksEntry: false }
  try {
    const client = await context.clients.as(context.portal.memberId, body.userId, 'work')
    const commands = {
      update: { method: 'crm.item.update', params: { entityTypeId, id, fields: { stageId: move.from } } },
      entry: entryOf(context, undo, reference('update', 'item', 'id'), stages),
    }
    const { results, requestId } = await client.batch(commands, sendUntil(context, context.clock()))
    const { update, entry } = results
    left = entryLeft(entry)
    if (update?.ok === false) throw update.error
    const stageId = update?.ok ? stageInAnswer(item, update.result) : null
    if (stageId === move.from) return undone(context, undo, null)
    const doubt = stageId === null ? lost(requestId) : { ...leftAsItWas(stageId), requestId }
    await keepCall(context, undo, { ...call, doubt: { ...doubt, ...left } })
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    const doubt = uncertaintyOf(error, null, left.lacksEntry)
    if (doubt !== null) return keepCall(context, undo, { ...call, doubt })
    if (error.retriable || error instanceof AppRemovedError) {
      // Nothing was done: it is as if the portal had not been called.
      await snoozeUndo(context, row, body, settleAt(context))
      throw error
    }
    await finish(context, row, outcomeOf(error))
  }
}

/** What the call came to is judged by what the portal shows: at once where it has answered, else when the call must have ended. */
function keepCall(context: JobContext, { row, body }: Undo, call: UndoCall): Promise<void> {
  return snoozeUndo(
    context,
    row,
    { ...body, call },
    call.doubt.kind === 'refused' ? context.clock() : settleAt(context),
  )
}

function entryOf(
  context: JobContext,
  { ref, move, triggerName }: Undo,
  entityId: Reference | number,
  stages: readonly Stage[],
) {
  const { entityTypeId } = ref
  return undoneEntry(languageOf(context.portal.lang), { entityTypeId, entityId, triggerName, move, stages })
}

function outcomeOf(error: PortalError): UndoOutcome {
  if (error instanceof AccessRevokedError) return 'no-access'
  return error instanceof ForbiddenError ? 'no-rights' : 'portal-error'
}

/** The item was moved back. With stages, the timeline does not say so yet. */
async function undone(context: JobContext, undo: Undo, stages: readonly Stage[] | null | undefined): Promise<void> {
  const { row, body, ref, move } = undo
  const { memberId } = context.portal
  await finish(context, row, 'undone', async (tx) => {
    const { decisionId } = body
    await markUndone(tx, memberId, { decisionId, userId: await whoClicked(tx, row, body) }, context.clock())
    await suppressOwnChanges(tx, memberId, [{ item: ref, hash: fieldHash(memberId, ref, 'stageId', move.from) }])
  })
  if (!stages) return
  await addEntry(context, body.userId, entryOf(context, undo, ref.id, stages))
}

async function finish(
  context: JobContext,
  row: JobRow,
  outcome: UndoOutcome,
  more: (tx: Db) => Promise<void> = async () => {},
): Promise<void> {
  await context.commit(async (tx) => {
    await more(tx)
    await completeJobs(tx, [row], outcome, context.clock())
  })
}

async function snoozeUndo(context: JobContext, row: JobRow, body: UndoBody, dueAt: Date): Promise<void> {
  await context.commit(async (tx) => {
    const known = { ...body, userId: await whoClicked(tx, row, body) }
    await snoozeJobs(tx, [row], { dueAt, reason: 'called', body: known }, context.clock())
  })
}

/** As the row says now: the person may have been erased while the portal was asked. */
async function whoClicked(tx: Db, row: JobRow, { userId }: UndoBody): Promise<number> {
  const body = await findJobBody(tx, row)
  return body === null ? userId : readBody(undoBodySchema, { body }).userId
}
