import type { KindCode } from '../domain/kind-code.ts'
import type { Ref } from '../domain/occurrence.ts'
import type { Portal } from '../domain/portal.ts'
import type { ReadyTrigger } from '../domain/trigger.ts'
import {
  type AccessAtHome,
  type ActorsWithAccess,
  actorQueries,
  actorsFrom,
  actorValues,
  firstAtHome,
  serviceAccess,
  someIds,
} from './acting-users.ts'
import type { Db } from './database.ts'
import { type RecentMoves, recentMovesFrom, recentMovesQuery } from './intents.ts'
import { readOfPortal } from './read-of-portal.ts'
import { enabledOfKinds, someKinds, triggerFromRow } from './triggers.ts'

/** What events are worked off with: the enabled triggers of these kinds, the one made first in front, and whose access serves for reading. */
export async function readTriggersAndReader(
  db: Db,
  portal: string,
  kinds: readonly KindCode[],
): Promise<{ triggers: ReadyTrigger[]; reader: AccessAtHome | null }> {
  const read = await triggersAndReader(db, { portal, kinds: someKinds(kinds) })
  return { triggers: read?.triggers.map(triggerFromRow) ?? [], reader: firstAtHome(read) }
}

const triggersAndReader = readOfPortal((db, given: { portal: string; kinds: readonly string[] }) => ({
  triggers: enabledOfKinds(db, given),
  accesses: serviceAccess(db, given.portal),
}))

/** What stands behind a decision about items: how they were moved since then, and who of these users can be acted as. */
export async function readMovesAndActors(
  db: Db,
  { memberId, settings }: Pick<Portal, 'memberId' | 'settings'>,
  { items, movedSince, userIds }: { items: readonly Ref[]; movedSince: Date; userIds: readonly number[] },
  now: Date,
): Promise<{ recentMoves: RecentMoves; actors: ActorsWithAccess }> {
  const from = movedSince.toISOString()
  const itemIds = someIds([...new Set(items.map(({ id }) => id))])
  const read = await movesAndActors(db, { ...actorValues(memberId, userIds, now), itemIds, from })
  return { recentMoves: recentMovesFrom(read?.moves ?? [], from), actors: actorsFrom(read, settings) }
}

type MovesAndActors = ReturnType<typeof actorValues> & { itemIds: readonly number[]; from: string }

const movesAndActors = readOfPortal((db, { itemIds, from, ...actors }: MovesAndActors) => ({
  ...actorQueries(db, actors),
  moves: recentMovesQuery(db, { portal: actors.portal, itemIds, from }),
}))
