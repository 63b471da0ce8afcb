import { PortalError } from '../../portal/errors.ts'
import type { Command } from '../../portal/types.ts'
import type { Decision } from '../../store/decision.ts'
import { findOpenIntents } from '../../store/find-open-intents.ts'
import { finishWork } from '../../store/finish-work.ts'
import type { OpenIntent } from '../../store/intent.ts'
import type { WorkRow } from '../../store/take-work.ts'
import { updateIntent } from '../../store/update-intent.ts'
import type { Round } from '../job.ts'
import { ask, readMore } from '../read/read.ts'
import { emptyReading, itemRows, type Reading } from '../read/reading.ts'
import { ESTIMATE, refKey } from '../refs.ts'
import { closeIntents, moveItems } from './move-items.ts'
import { failure, movedDecision, supersededDecision } from './move-outcome.ts'
import { intentOfSubject, type SettleBody } from './settle-work.ts'

/** Portals write whole seconds, and their clock is not ours. */
const GRACE_MS = 5000

/**
 * Job `settle-move`: moves whose answer was lost, or that the portal would not take at that moment, are settled by what the portal
 * shows (`design.md` 3, rule 5): moved, called again, or superseded.
 */
export async function settleMoves(round: Round, rows: WorkRow[]): Promise<void> {
  const byIntent = new Map(rows.map((row) => [intentOfSubject(row.subject), row]))
  const open = await findOpenIntents(round.db, round.portal.memberId, [...byIntent.keys()])
  const settled = rows.filter((row) => !open.some(({ id }) => id === intentOfSubject(row.subject)))
  await round.commit((tx) =>
    finishWork(
      tx,
      settled.map(({ id }) => id),
      'settled',
      round.clock(),
    ),
  )
  if (open.length === 0) return
  const bodies = new Map([...byIntent].map(([id, row]) => [id, JSON.parse(row.body) as Partial<SettleBody>]))
  const called = new Set(open.filter(({ id }) => bodies.get(id)?.called).map(({ id }) => id))
  const { reading, history } = await look(round, open, called)

  const decided: { intent: OpenIntent; decision: Decision }[] = []
  const again: OpenIntent[] = []
  for (const intent of open) {
    const decision = judge(intent, called.has(intent.id), reading, history)
    if (decision) decided.push({ intent, decision })
    else if (called.has(intent.id)) again.push({ ...intent, unknownCalls: intent.unknownCalls + 1 })
    else again.push({ ...intent, tries: bodies.get(intent.id)?.tries ?? 0 })
  }
  await round.commit(async (tx) => {
    await closeIntents(tx, round, decided)
    for (const { id, move, unknownCalls } of again) await updateIntent(tx, id, { actor: move, unknownCalls })
  })
  await moveItems(round, reading, again)
}

/** The items as they are now, and for those that may have been moved the stages they went through since the intent. */
async function look(round: Round, intents: OpenIntent[], called: ReadonlySet<number>) {
  const client = await round.clients.asReader(round.portal.memberId, 'work')
  const reading = emptyReading()
  await readMore(client, reading, {
    items: intents.map(({ item }) => item),
    bindings: [],
    pipelines: intents.map(({ item, categoryId }) => ({ entityTypeId: item.entityTypeId, categoryId })),
  })
  const asked = intents.filter((intent) => called.has(intent.id) && intent.item.entityTypeId !== ESTIMATE)
  const answers = await ask(
    client,
    Object.fromEntries(asked.map((intent) => [`history_${intent.id}`, historyOf(intent)])),
  )
  const history = new Map<number, string[]>()
  for (const intent of asked) {
    const answer = answers[`history_${intent.id}`]
    if (!answer) continue
    if (!answer.ok) throw answer.error instanceof PortalError ? answer.error : new Error('No history')
    history.set(intent.id, stagesSince(intent, itemRows(answer.result)))
  }
  return { reading, history }
}

function historyOf({ item }: OpenIntent): Command {
  const params = { entityTypeId: item.entityTypeId, filter: { OWNER_ID: item.id }, order: { ID: 'DESC' }, start: -1 }
  return { method: 'crm.stagehistory.list', params }
}

/**
 * Stages entered since the item's last change before the intent, by the portal's own clock where it told us that time. Portals write
 * whole seconds: of that very second only what came after the item last entered the stage that it was in counts. While a move is open
 * no other of ours touches the item, so what brought it back there within the second came before.
 */
function stagesSince(intent: OpenIntent, rows: unknown[]): string[] {
  const since = intent.movedTime ? Date.parse(intent.movedTime) : Date.parse(intent.begunAt) - GRACE_MS
  const later = rows.flatMap((row) => {
    const { ID, STAGE_ID, STATUS_ID, CREATED_TIME } = row as Record<string, unknown>
    const at = Date.parse(String(CREATED_TIME))
    return at >= since ? [{ id: Number(ID), stageId: String(STAGE_ID ?? STATUS_ID), at }] : []
  })
  const inOrder = later.sort((one, other) => one.id - other.id)
  const entered = inOrder.findLastIndex(({ stageId, at }) => stageId === intent.move.from && at === since)
  return inOrder.slice(entered + 1).map(({ stageId }) => stageId)
}

/** What became of a move; null: nothing, and it may be called once more. */
function judge(
  intent: OpenIntent,
  wasCalled: boolean,
  reading: Reading,
  history: ReadonlyMap<number, string[]>,
): Decision | null {
  const item = reading.items.get(refKey(intent.item))
  if (!item) return { ...failure(intent, 'item-gone', {}), outcome: 'skipped' }
  const passed = history.get(intent.id) ?? (intent.item.entityTypeId === ESTIMATE ? [item.stageId] : [])
  if (wasCalled && passed.includes(intent.move.to)) return movedDecision(intent, null)
  if (item.stageId !== intent.move.from) return supersededDecision(intent, item.stageId)
  if (wasCalled && intent.unknownCalls > 0)
    return failure(intent, 'portal-error', { code: 'OUTCOME_UNKNOWN', text: '' })
  return null
}
