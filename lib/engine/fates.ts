import type { Db } from '../store/database.ts'
import { finishWork } from '../store/finish-work.ts'
import { parkWork } from '../store/park-work.ts'
import { postponeWork } from '../store/postpone-work.ts'

/** What becomes of a row of work when its turn is committed. */
export type Fate =
  | { state: 'done'; reason: string }
  | { state: 'parked'; reason: string }
  | { state: 'later'; at: Date; reason: string }

/** By id of the row. */
export type Fates = Map<number, Fate>

/** Gives the rows their new state, those of one fate at once. */
export async function settleRows(tx: Db, fates: Fates, now: Date): Promise<void> {
  const alike = Map.groupBy(fates, ([, fate]) => JSON.stringify(fate))
  for (const rows of alike.values()) {
    const ids = rows.map(([id]) => id)
    const fate = rows[0]?.[1]
    if (fate?.state === 'done') await finishWork(tx, ids, fate.reason, now)
    else if (fate?.state === 'parked') await parkWork(tx, ids, fate.reason, now)
    else if (fate) await postponeWork(tx, ids, { dueAt: fate.at, reason: fate.reason, tried: 'well' }, now)
  }
}

/** Why a row waits whose item has a move that is not settled. */
export const ITEM_BUSY = 'item-busy'

/** Cases that have to wait for their item put their rows off; whatever else was to become of those. */
export function deferRows(fates: Fates, deferred: ReadonlyMap<{ workId: number }, Date>): void {
  for (const [{ workId }, at] of deferred) fates.set(workId, { state: 'later', at, reason: ITEM_BUSY })
}
