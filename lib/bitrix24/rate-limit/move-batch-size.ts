/** Bounds of a batch of moves: it runs the stages' automation and must end well before Bitrix24's 60 s (`design.md` 3). */
const moves = { unknown: 5, most: 25, seconds: 20 }

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
