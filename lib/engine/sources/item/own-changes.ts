import type { OwnMove } from '../../../store/intents.ts'
import type { Item } from './item.ts'
import type { WatchedItem } from './watched-item.ts'

/** What a change of stage changes with it (`triggers.md`, Field change). */
const OF_STAGE = ['movedTime', 'movedBy', 'closed', 'closedate', 'stageSemanticId', 'previousStageId']

/** What every saving changes. */
const OF_SAVING = ['updatedTime', 'updatedBy', 'lastActivityTime']

/** Our clock and the portal's differ, and a move is journaled when its answer is known, which may take a minute. */
const NEAR_MS = 120_000

/** The item's own times may differ by a second. */
const SAME_MS = 2000

/** Moves of an item by Stagecue: where it is moving it just now, and where it has moved it lately. */
export type OwnMoves = Readonly<{ movingTo: string | undefined; made: readonly OwnMove[] }>

/** A field that moves by Stagecue change, beside the stage itself. */
export function followsMoves(field: string): boolean {
  return OF_STAGE.includes(field) || OF_SAVING.includes(field)
}

/**
 * Did Stagecue itself change this field by moving the item? Of what every saving changes only if the move was the last saving.
 */
export function isOwnChange(field: string, watched: WatchedItem, moves: OwnMoves): boolean {
  const { item, updatedTime } = watched
  if (field === 'stageId') return item.stageId === moves.movingTo
  const movedTime = item.movedTime ?? updatedTime
  if (OF_STAGE.includes(field)) return isOurs(item.stageId, movedTime, moves)
  const isLastSaving = Math.abs(Date.parse(updatedTime) - Date.parse(movedTime)) <= SAME_MS
  return OF_SAVING.includes(field) && isLastSaving && isOurs(item.stageId, updatedTime, moves)
}

/**
 * Is a move of the item open that the item does not show? It was taken back, or moved on, or not moved yet: that is told when the move is settled.
 */
export function awaitsMove({ stageId }: Pick<Item, 'stageId'>, { movingTo }: OwnMoves): boolean {
  return movingTo !== undefined && movingTo !== stageId
}

function isOurs(stageId: string, at: string, { movingTo, made }: OwnMoves): boolean {
  const isNear = (one: OwnMove) => Math.abs(Date.parse(one.at) - Date.parse(at)) <= NEAR_MS
  return stageId === movingTo || made.some((one) => one.stageId === stageId && isNear(one))
}

/** Since when moves may have changed what these items show now, ISO 8601 UTC. */
export function ownMovesSince(items: readonly WatchedItem[]): string {
  const times = items.flatMap(({ item, updatedTime }) => [updatedTime, item.movedTime ?? updatedTime])
  return new Date(Math.min(...times.map((time) => Date.parse(time))) - NEAR_MS).toISOString()
}
