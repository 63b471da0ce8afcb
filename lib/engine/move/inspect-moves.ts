import { ask } from '../../bitrix24/client/batches.ts'
import type { PortalClient } from '../../bitrix24/client/portal-clients.ts'
import { AccessRevokedError, type PortalError } from '../../bitrix24/errors/errors.ts'
import { ESTIMATE, refKey } from '../../domain/entity-types.ts'
import type { OpenIntent } from '../../domain/intent.ts'
import type { JobRow } from '../../store/jobs.ts'
import type { JobContext } from '../context.ts'
import { passing } from '../snapshot/failures.ts'
import { fetchMissing } from '../snapshot/fetch.ts'
import { emptySnapshot, type PortalSnapshot } from '../snapshot/snapshot.ts'
import type { Uncertainty } from './judge-move.ts'
import { historyCommand, stagesSince } from './stage-history.ts'

/** An open move, whether the portal may have been called for it, and what the answer left open. */
export type AskedMove = { intent: OpenIntent; row: JobRow; called: boolean; tries: number; doubt: Uncertainty }

/** What the portal shows of moves; `passed`: the stages since the call, by intent; `troubles`: of what this cannot be told now. */
export type MoveInspection = {
  snapshot: PortalSnapshot
  passed: Map<number, string[] | null>
  troubles: Map<number, PortalError>
}

/**
 * The items as they are now, and for those that may have been moved the stages they went through since the call. What is not shown to the
 * reader is looked at by whoever was to move it: a move that may have been made must not count as refused for want of the reader's right.
 */
export async function inspectMoves(context: JobContext, asked: readonly AskedMove[]): Promise<MoveInspection> {
  const { memberId } = context.portal
  const shown = await inspectAs(await context.clients.asReader(memberId, 'work'), asked)
  const isHidden = ({ intent: { id, item }, called }: AskedMove) =>
    called && !shown.troubles.has(id) && !shown.snapshot.items.get(refKey(item))
  for (const [userId, hidden] of Map.groupBy(asked.filter(isHidden), ({ intent }) => intent.move.userId)) {
    const client = await clientIfAlive(context, userId)
    if (client !== null) mergeShown(shown, await inspectAs(client, hidden), hidden)
  }
  return shown
}

/** A client of this person; null: the access has died. */
export async function clientIfAlive(context: JobContext, userId: number): Promise<PortalClient | null> {
  try {
    return await context.clients.as(context.portal.memberId, userId, 'work')
  } catch (error) {
    if (error instanceof AccessRevokedError) return null
    throw error
  }
}

/** What another person was shown of these, in the place of what the reader was not. */
function mergeShown(shown: MoveInspection, other: MoveInspection, hidden: readonly AskedMove[]): void {
  for (const [id, trouble] of other.troubles) shown.troubles.set(id, trouble)
  for (const { intent } of hidden) {
    const key = refKey(intent.item)
    const item = other.snapshot.items.get(key)
    if (!item) continue
    shown.snapshot.items.set(key, item)
    shown.snapshot.failures.delete(`item ${key}`)
    shown.passed.set(intent.id, other.passed.get(intent.id) ?? null)
  }
}

async function inspectAs(client: PortalClient, asked: readonly AskedMove[]): Promise<MoveInspection> {
  const snapshot = emptySnapshot()
  await fetchMissing(client, snapshot, {
    items: asked.map(({ intent }) => intent.item),
    bindings: [],
    pipelines: asked.map(({ intent: { item, categoryId } }) => ({ entityTypeId: item.entityTypeId, categoryId })),
  })
  const withHistory = asked.filter(({ called, intent }) => called && intent.item.entityTypeId !== ESTIMATE)
  const commands = withHistory.map(({ intent }) => [`history_${intent.id}`, historyCommand(intent.item)] as const)
  const answers = await ask(client, Object.fromEntries(commands))
  const troubles = new Map(
    asked.flatMap(({ intent: { id, item } }) => {
      const history = answers[`history_${id}`]
      const lacksHistory = history?.ok === false && history.error.retriable ? history.error : null
      const trouble = passing(snapshot.failures, [`item ${refKey(item)}`]) ?? lacksHistory
      return trouble === null ? [] : [[id, trouble] as const]
    }),
  )
  const passed = new Map<number, string[] | null>()
  for (const { intent, doubt } of withHistory) {
    if (troubles.has(intent.id)) continue
    const call = { from: intent.move.from, begunAt: intent.begunAt, movedTime: intent.movedTime }
    passed.set(intent.id, stagesSince(call, answers[`history_${intent.id}`], doubt.kind !== 'lost'))
  }
  return { snapshot, passed, troubles }
}
