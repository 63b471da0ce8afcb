import type { ReadyTrigger } from '../../../lib/domain/trigger.ts'
import { type Access, isUsable, listAccess } from '../../../lib/store/access.ts'
import type { Db } from '../../../lib/store/database.ts'
import { listWantedUsers } from '../../../lib/store/decisions.ts'
import { listEnabledTriggers } from '../../../lib/store/triggers.ts'

/** Responsible persons whom triggers met in so many days are looked at, beside those that triggers name. */
const MET_MS = 30 * 24 * 3_600_000

/** `own`: the person opened the app; `delegated`: the portal gave it for an hour; `dead`: it was given and does not serve. */
export type AccessState = 'own' | 'delegated' | 'none' | 'dead'

export type WantedPerson = {
  userId: number
  state: AccessState
  /** Enabled triggers that name this person. */
  triggers: number
  lastMetAt: string | null
  /** Until when a delegated access serves. */
  until: string | null
}

/** In whose name Stagecue acts or lately should have: whether it can, person by person. */
export async function accessPeople(db: Db, portal: string, now: Date): Promise<WantedPerson[]> {
  const given = new Map((await listAccess(db, portal)).map((access) => [access.userId, access]))
  const named = namedUsers(await listEnabledTriggers(db, portal))
  const met = await listWantedUsers(db, portal, new Date(now.getTime() - MET_MS))
  const wanted = [...new Set([...named.keys(), ...met.keys()])].filter((userId) => userId > 0)
  return wanted.map((userId) => {
    const access = given.get(userId)
    const state = stateOf(access, now)
    return {
      userId,
      state,
      triggers: named.get(userId) ?? 0,
      lastMetAt: met.get(userId) ?? null,
      until: state === 'delegated' && access ? access.expiresAt.toISOString() : null,
    }
  })
}

export function stateOf(access: Access | null | undefined, now: Date): AccessState {
  if (!access) return 'none'
  if (!isUsable(access, now)) return 'dead'
  if (access.sealed.refreshToken !== null) return 'own'
  return access.expiresAt > now ? 'delegated' : 'none'
}

/** How many enabled triggers name each user. */
function namedUsers(triggers: ReadyTrigger[]): Map<number, number> {
  const named = new Map<number, number>()
  for (const { changeStageAs } of triggers) {
    if (changeStageAs.type === 'user') named.set(changeStageAs.userId, (named.get(changeStageAs.userId) ?? 0) + 1)
  }
  return named
}
