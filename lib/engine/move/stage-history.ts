import { z } from 'zod'
import type { Command, CommandResult } from '../../bitrix24/client/rest.ts'
import { GRACE_MS } from '../../domain/time.ts'
import { itemRows } from '../sources/item/item.ts'

/** A call that was to move an item: from where, when it began by our clock, and when the item had last moved by the portal's. */
export const moveCallSchema = z.object({ from: z.string(), begunAt: z.string(), movedTime: z.string().nullable() })

export type MoveCall = z.output<typeof moveCallSchema>

/** The newest changes of stage of one item; estimates have no history (`platform.md` 5.7). */
export function historyCommand({ entityTypeId, id }: { entityTypeId: number; id: number }): Command {
  const params = { entityTypeId, filter: { OWNER_ID: id }, order: { ID: 'DESC' }, start: -1 }
  return { method: 'crm.stagehistory.list', params }
}

/**
 * The stages that the item entered since the call, oldest first. Null: the portal does not show its history, and the item alone has to
 * tell. Passing troubles are thrown.
 *
 * Since is told by the portal's own clock where it said when the item had moved last. Portals write whole seconds: of that very second
 * only what came after the item entered the stage that it was in counts. Whether that was the first or the last time of the second
 * nobody can tell. An answer that shows the item there again stands for an automation rule that took it back (`wasAnswered`); without an
 * answer it is more likely that somebody had moved it there and back before, as nothing else of ours touches it while a move is open.
 */
export function stagesSince(call: MoveCall, answer: CommandResult | undefined, wasAnswered: boolean): string[] | null {
  if (answer === undefined) return null
  if (!answer.ok) {
    if (answer.error.retriable) throw answer.error
    return null
  }
  const since = call.movedTime ? Date.parse(call.movedTime) : Date.parse(call.begunAt) - GRACE_MS
  const entered = (itemRows(answer.result) ?? []).flatMap(historyRow).filter(({ at }) => at >= since)
  const inOrder = entered.sort((one, other) => one.id - other.id)
  const isStart = ({ stageId, at }: { stageId: string; at: number }) => stageId === call.from && at === since
  const start = wasAnswered ? inOrder.findIndex(isStart) : inOrder.findLastIndex(isStart)
  return inOrder.slice(start + 1).map(({ stageId }) => stageId)
}

function historyRow(row: unknown): { id: number; stageId: string; at: number }[] {
  const { ID, STAGE_ID, STATUS_ID, CREATED_TIME } = (row ?? {}) as Record<string, unknown>
  return [{ id: Number(ID), stageId: String(STAGE_ID ?? STATUS_ID), at: Date.parse(String(CREATED_TIME)) }]
}
