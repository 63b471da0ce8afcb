import { createHash } from 'node:crypto'
import { refKey } from '../../../domain/entity-types.ts'
import type { Ref } from '../../../domain/occurrence.ts'
import type { ReadyTrigger } from '../../../domain/trigger.ts'
import type { Db } from '../../../store/database.ts'
import { findInFlightItems, findOwnMoves } from '../../../store/intents.ts'
import { findItemFields, forgetItemFields, type ItemField, upsertItemFields } from '../../../store/item-fields.ts'
import type { ChangedField } from '../../../triggers/facts.ts'
import { watchedFields } from '../../../triggers/field-changed.ts'
import { fieldText } from '../../../triggers/field-text.ts'
import { shownTexts } from '../../../triggers/shown-value.ts'
import type { JobContext } from '../../context.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import { awaitsMove, followsMoves, isOwnChange, type OwnMoves, ownMovesSince } from './own-changes.ts'
import type { WatchedItem } from './watched-item.ts'

/** What became of the watched fields of one item since they were last seen. */
export type FieldChanges = {
  changed: ChangedField[]
  /** Which one of the changes counted in the same second of the portal this is, from 1. */
  sequence: number
  keep: ItemField[]
  /** Stagecue's own move of the item is not settled, so nobody can tell yet which changes of its stage are others'. */
  awaitsMove: boolean
  /** Fields that are watched no longer: the item has left the pipeline, or is gone. */
  forget: { item: Ref; field: string }[]
}

/** Compares the items that events point at with how they were last seen. Writes nothing. Keys are `entityTypeId:id`. */
export async function compareFields(
  { db, portal }: JobContext,
  { watched }: PortalSnapshot,
  triggers: readonly ReadyTrigger[],
): Promise<Map<string, FieldChanges>> {
  const refs = [...watched.keys()].map(refOf)
  const following = [...watched.values()].flatMap((one) =>
    one && watchedFields(triggers, one.item).some(followsMoves) ? [one] : [],
  )
  const [kept, inFlight, made] = await Promise.all([
    findItemFields(db, portal.memberId, refs),
    findInFlightItems(db, portal.memberId, refs),
    following.length === 0
      ? []
      : findOwnMoves(
          db,
          portal.memberId,
          following.map(({ item }) => item),
          ownMovesSince(following),
        ),
  ])
  return new Map(
    [...watched].map(([key, watchedItem]) => {
      const ofItem = kept.filter(({ item }) => refKey(item) === key)
      const names = watchedItem === null ? [] : watchedFields(triggers, watchedItem.item)
      const left = ofItem.filter(({ field }) => !names.includes(field))
      const moves = { movingTo: inFlight.get(key), made: made.filter(({ item }) => refKey(item) === key) }
      const seen = watchedItem === null ? unchanged : compareItem(portal, watchedItem, names, ofItem, moves)
      return [key, { ...seen, forget: left.map(({ item, field }) => ({ item, field })) }]
    }),
  )
}

const unchanged = { changed: [], sequence: 1, keep: [], awaitsMove: false }

/** A field that was never seen sets its base. What Stagecue's own moves change is no change to be found. */
function compareItem(
  { memberId, lang }: JobContext['portal'],
  watched: WatchedItem,
  names: string[],
  kept: ItemField[],
  moves: OwnMoves,
): Omit<FieldChanges, 'forget'> {
  const { item, updatedTime, row } = watched
  const sameSecond = kept.filter(({ changedAt }) => changedAt === updatedTime).map(({ sequence }) => sequence)
  const changes = {
    changed: [] as ChangedField[],
    sequence: Math.max(0, ...sameSecond) + 1,
    keep: [] as ItemField[],
    awaitsMove: names.includes('stageId') && awaitsMove(item, moves),
  }
  for (const name of names.filter((one) => one in row)) {
    const value = fieldText(row[name])
    const base = baselineOf(memberId, item, name, value)
    const before = kept.find(({ field }) => field === name)
    if (before === undefined || isOwnChange(name, watched, moves)) changes.keep.push(base)
    else if (before.hash !== base.hash) {
      changes.changed.push({ name, value, shown: shownTexts(row[name], lang) })
      changes.keep.push({ ...base, changedAt: updatedTime, sequence: changes.sequence })
    } else if (before.categoryId !== item.categoryId) changes.keep.push({ ...before, categoryId: item.categoryId })
  }
  return changes
}

/** How a field is kept when it is seen and nothing is made of it. */
export function baselineOf(
  portal: string,
  { entityTypeId, id, categoryId }: Ref & { categoryId: number | null },
  field: string,
  value: string,
): ItemField {
  const item = { entityTypeId, id }
  return { item, categoryId, field, hash: fieldHash(portal, item, field, value), changedAt: null, sequence: 0 }
}

/**
 * What is kept instead of a field's value. Equal values of different items or portals differ; who has the database and guesses
 * a short value can still tell that he guessed it.
 */
export function fieldHash(portal: string, { entityTypeId, id }: Ref, field: string, value: string): string {
  return createHash('sha256')
    .update(JSON.stringify([portal, entityTypeId, id, field, value]))
    .digest('base64url')
}

/** Keeps how the fields were seen, but for items that are looked at again. Run it in the transaction that ends their events. */
export async function saveBaselines(
  tx: Db,
  portal: string,
  changes: ReadonlyMap<string, FieldChanges>,
  recheckedItems: ReadonlySet<string>,
): Promise<void> {
  const settled = [...changes].flatMap(([key, one]) => (recheckedItems.has(key) ? [] : [one]))
  await upsertItemFields(
    tx,
    portal,
    settled.flatMap(({ keep }) => keep),
  )
  await forgetItemFields(
    tx,
    portal,
    settled.flatMap(({ forget }) => forget),
  )
}

function refOf(key: string): Ref {
  const [entityTypeId, id] = key.split(':').map(Number)
  return { entityTypeId: entityTypeId ?? 0, id: id ?? 0 }
}
