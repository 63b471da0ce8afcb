import { refKey } from '../../domain/entity-types.ts'
import type { JobContext } from '../../engine/context.ts'
import { fieldHash } from '../../engine/sources/item/field-changes.ts'
import type { ChangeRow } from '../../engine/sources/sweep-list.ts'
import { findInFlightItems, findOwnMoves, type OwnMove } from '../../store/intents.ts'
import { findItemFields, type ItemField } from '../../store/item-fields.ts'
import { listLastSeenByKey } from '../../store/job-queries.ts'
import type { NewJob } from '../../store/jobs.ts'
import { eventOfChange, isReported } from './missed.ts'

/** Our clock and the portal's differ, and a move may be journaled some minutes after it was made. */
const OWN_MS = 10 * 60_000

/** A change of stage that the history tells of. */
type Change = ChangeRow & { entered: NonNullable<ChangeRow['entered']> }

/** What the store knows about the items that moved. */
type Known = {
  lastSeen: ReadonlyMap<string, string>
  own: readonly OwnMove[]
  /** Where Stagecue is moving items just now. */
  inFlight: ReadonlyMap<string, string>
}

/**
 * Events for changes of watched stages that no event told of, also of those that were changed back since; and how the stages were last
 * seen with them. Each item's history is gone through in its order, from the stage that was seen last. What Stagecue moved itself is no
 * change to be found, and what an event told of was compared when that came.
 */
export async function missedStages(
  { db, portal: { memberId }, clock }: JobContext,
  rows: readonly ChangeRow[],
): Promise<{ jobs: NewJob[]; seen: ItemField[] }> {
  const changes = rows.filter((row): row is Change => row.entered?.as === 'change')
  const [first] = changes.map(({ at }) => at).sort((one, other) => one.localeCompare(other))
  if (first === undefined) return { jobs: [], seen: [] }
  const items = changes.map(({ entered }) => entered.item)
  const since = new Date(Date.parse(first) - OWN_MS).toISOString()
  const [lastSeen, own, inFlight, fields] = await Promise.all([
    listLastSeenByKey(db, memberId, [...new Set(changes.flatMap(({ subjects }) => subjects))]),
    findOwnMoves(db, memberId, items, since),
    findInFlightItems(db, memberId, items),
    findItemFields(db, memberId, items),
  ])
  const byItem = Map.groupBy(changes, ({ entered }) => refKey(entered.item))
  const found = fields
    .filter(({ field }) => field === 'stageId')
    .map((base) => goThrough(memberId, base, byItem.get(refKey(base.item)) ?? [], { lastSeen, own, inFlight }))
  return {
    jobs: found.flatMap(({ missed }) =>
      missed.map(({ change, sequence }) => eventOfChange(memberId, { row: change, isKnown: true, sequence }, clock())),
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
): { missed: { change: Change; sequence: number }[]; seen: ItemField | null } {
  const missed: { change: Change; sequence: number }[] = []
  let seen: ItemField = base
  let isLastReported = true
  for (const change of [...changes].sort((one, other) => one.id - other.id)) {
    const { stageId, categoryId } = change.entered
    isLastReported = isReported(change, known.lastSeen)
    if (isLastReported || categoryId !== base.categoryId) continue
    const hash = fieldHash(portal, base.item, 'stageId', stageId)
    if (hash === seen.hash || isOwn(change, known)) {
      seen = { ...seen, hash }
      continue
    }
    const sequence = seen.changedAt === change.at ? seen.sequence + 1 : 1
    missed.push({ change, sequence })
    seen = { ...seen, hash, changedAt: change.at, sequence }
  }
  return { missed, seen: isLastReported || seen.hash === base.hash ? null : seen }
}

function isOwn({ at, entered: { item, stageId } }: Change, { own, inFlight }: Known): boolean {
  if (inFlight.get(refKey(item)) === stageId) return true
  const isNear = (one: OwnMove) => Math.abs(Date.parse(one.at) - Date.parse(at)) <= OWN_MS
  return own.some((one) => refKey(one.item) === refKey(item) && one.stageId === stageId && isNear(one))
}
