import { refKey } from '../../domain/entity-types.ts'
import type { JobContext } from '../../engine/context.ts'
import { fieldHash } from '../../engine/sources/item/field-changes.ts'
import type { ChangeRow } from '../../engine/sources/sweep-list.ts'
import { findInFlightItems, findOwnMoves, type OwnMove } from '../../store/intents.ts'
import { findItemFields, type ItemField } from '../../store/item-fields.ts'
import { listLastSeenByKey } from '../../store/job-queries.ts'
import type { NewJob } from '../../store/jobs.ts'
import { eventOfChange, isTold } from './missed.ts'

/** Our clock and the portal's differ, and a move may be journaled some minutes after it was made. */
const OWN_MS = 10 * 60_000

/** A change of stage that the history tells of. */
type Change = ChangeRow & { entered: NonNullable<ChangeRow['entered']> }

/** What the store knows about the items that moved. */
type Known = {
  heard: ReadonlyMap<string, string>
  own: readonly OwnMove[]
  /** Where Stagecue is moving items just now. */
  busy: ReadonlyMap<string, string>
}

/**
 * Events for changes of watched stages that no event told of, also of those that were changed back since; and how the stages were last
 * seen with them. Each item's history is gone through in its order, from the stage that was seen last. What Stagecue moved itself is no
 * change to be found, and what an event told of was compared when that came.
 */
export async function missedStages(
  { db, portal: { memberId }, clock }: JobContext,
  traces: readonly ChangeRow[],
): Promise<{ notices: NewJob[]; seen: ItemField[] }> {
  const changes = traces.filter((trace): trace is Change => trace.entered?.as === 'change')
  const [first] = changes.map(({ at }) => at).sort((one, other) => one.localeCompare(other))
  if (first === undefined) return { notices: [], seen: [] }
  const items = changes.map(({ entered }) => entered.item)
  const since = new Date(Date.parse(first) - OWN_MS).toISOString()
  const [heard, own, busy, fields] = await Promise.all([
    listLastSeenByKey(db, memberId, [...new Set(changes.flatMap(({ subjects }) => subjects))]),
    findOwnMoves(db, memberId, items, since),
    findInFlightItems(db, memberId, items),
    findItemFields(db, memberId, items),
  ])
  const byItem = Map.groupBy(changes, ({ entered }) => refKey(entered.item))
  const found = fields
    .filter(({ field }) => field === 'stageId')
    .map((base) => goThrough(memberId, base, byItem.get(refKey(base.item)) ?? [], { heard, own, busy }))
  return {
    notices: found.flatMap(({ missed }) =>
      missed.map(({ change, nth }) => eventOfChange(memberId, { trace: change, isKnown: true, nth }, clock())),
    ),
    seen: found.flatMap(({ seen }) => seen ?? []),
  }
}

/** `seen`: how the stage was last seen now; null: as before. */
function goThrough(
  portal: string,
  base: ItemField,
  changes: readonly Change[],
  known: Known,
): { missed: { change: Change; nth: number }[]; seen: ItemField | null } {
  const missed: { change: Change; nth: number }[] = []
  let seen: ItemField = base
  let isLastTold = true
  for (const change of [...changes].sort((one, other) => one.id - other.id)) {
    const { stageId, categoryId } = change.entered
    isLastTold = isTold(change, known.heard)
    if (isLastTold || categoryId !== base.categoryId) continue
    const hash = fieldHash(portal, base.item, 'stageId', stageId)
    if (hash === seen.hash || isOwn(change, known)) {
      seen = { ...seen, hash }
      continue
    }
    const nth = seen.changedAt === change.at ? seen.nth + 1 : 1
    missed.push({ change, nth })
    seen = { ...seen, hash, changedAt: change.at, nth }
  }
  return { missed, seen: isLastTold || seen.hash === base.hash ? null : seen }
}

function isOwn({ at, entered: { item, stageId } }: Change, { own, busy }: Known): boolean {
  if (busy.get(refKey(item)) === stageId) return true
  const isNear = (one: OwnMove) => Math.abs(Date.parse(one.at) - Date.parse(at)) <= OWN_MS
  return own.some((one) => refKey(one.item) === refKey(item) && one.stageId === stageId && isNear(one))
}
