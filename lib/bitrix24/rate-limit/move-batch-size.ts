import type { Command } from '../client/rest.ts'

/** Commands of one request: Bitrix24's limit (`platform.md` 5.14). */
export const batchSize = 50

/** Commands by name. Those of one group refer to each other's results, so they go in one request. */
export type CommandGroup = Readonly<Record<string, Command>>

/** Bounds of a batch of moves: it runs the stages' automation and must end well before Bitrix24's 60 s (`design.md` 3). */
const moves = { unknown: 5, most: 25, seconds: 20 }

/** Packs groups into batches of at most 50 commands, in their order. Throws when one group alone is too large. */
export function planBatches(groups: readonly CommandGroup[]): CommandGroup[] {
  const batches: Record<string, Command>[] = []
  let room = 0
  for (const group of groups) {
    const size = Object.keys(group).length
    if (size > batchSize) throw new RangeError(`a group of ${size} commands does not fit into one batch`)
    if (size > room) {
      batches.push({})
      room = batchSize
    }
    Object.assign(batches.at(-1) ?? {}, group)
    room -= size
  }
  return batches
}

/** The seconds per move that hold after a batch: the last batches weigh most. `null`: none was made yet. */
export function averagedSpeed(before: number | null, count: number, seconds: number): number {
  const each = seconds / count
  return before === null ? each : (before + each) / 2
}

/** How many moves (an update and its timeline entry each) a batch takes, given the portal's seconds per move, if known. */
export function movesPerBatch(secondsPerMove: number | null): number {
  if (secondsPerMove === null) return moves.unknown
  return Math.max(1, Math.min(moves.most, Math.floor(moves.seconds / Math.max(secondsPerMove, 0.001))))
}
