import type { Access } from '../../lib/store/access.ts'
import { findReader } from '../../lib/store/find-reader.ts'
import { listAccess } from '../../lib/store/list-access.ts'
import { listEnabledTriggers } from '../../lib/store/list-enabled-triggers.ts'
import { listWantedUsers } from '../../lib/store/list-wanted-users.ts'
import type { Portal } from '../../lib/store/portal.ts'
import { type Language, translate } from '../../lib/texts/translate.ts'
import type { ReadyTrigger } from '../../lib/triggers/trigger.ts'
import type { Stagecue } from '../../lib/wire.ts'

/** Responsible persons whom triggers met in so many days are looked at, beside those that triggers name. */
const MET_MS = 30 * 24 * 3_600_000

/** `own`: the person opened the app; `delegated`: the portal gave it for an hour; `dead`: it was given and serves no longer. */
export type AccessState = 'own' | 'delegated' | 'none' | 'dead'

type Person = {
  userId: number
  name: string
  state: AccessState
  /** Enabled triggers that name this person. */
  triggers: number
  lastMetAt: string | null
  /** Until when a delegated access serves. */
  until: string | null
  advice: string | null
}

/** In whose name Stagecue can act, what to do where it cannot, and who reads and stands in. */
export type AccessStatus = {
  installer: { userId: number; name: string; state: AccessState; administrator: boolean } | null
  reader: { userId: number; name: string } | null
  /** What to do about the two. */
  advice: string | null
  delegate: boolean
  people: Person[]
  invitation: { url: string; text: string }
}

/** The `access` part of `GET /api/status`, in the language of who asks. */
export async function accessStatus(
  { db, clock, names }: Pick<Stagecue, 'db' | 'clock' | 'names'>,
  portal: Portal,
  language: Language,
): Promise<AccessStatus> {
  const now = clock()
  const { memberId, installerId } = portal
  const given = new Map((await listAccess(db, memberId)).map((access) => [access.userId, access]))
  const named = namedUsers(await listEnabledTriggers(db, memberId))
  const met = await listWantedUsers(db, memberId, new Date(now.getTime() - MET_MS))
  const readerId = await findReader(db, memberId)
  const wanted = [...new Set([...named.keys(), ...met.keys()])].filter((userId) => userId > 0)
  const known = await names(memberId, [...wanted, installerId ?? 0, readerId ?? 0], 'page')
  const nameOf = (userId: number) => known.get(userId) ?? `#${userId}`

  const people = wanted.map((userId): Person => {
    const access = given.get(userId)
    const state = stateOf(access, now)
    return {
      userId,
      name: nameOf(userId),
      state,
      triggers: named.get(userId) ?? 0,
      lastMetAt: met.get(userId) ?? null,
      until: state === 'delegated' && access ? access.expiresAt.toISOString() : null,
      advice: personAdvice(state, portal.settings.delegate, language),
    }
  })
  const installer = installerId === null ? undefined : given.get(installerId)
  const installerState = stateOf(installer, now)
  const isAdministrator = installer?.admin ?? false
  const reader = readerId === null ? null : { userId: readerId, name: nameOf(readerId) }
  return {
    installer:
      installerId === null
        ? null
        : { userId: installerId, name: nameOf(installerId), state: installerState, administrator: isAdministrator },
    reader,
    advice: installerAdvice(language, {
      installer: installerId === null ? null : nameOf(installerId),
      reader: reader?.name ?? null,
      isDead: installerState !== 'own',
      isAdministrator,
    }),
    delegate: portal.settings.delegate,
    people: people.toSorted((one, other) => rank(one.state) - rank(other.state) || one.name.localeCompare(other.name)),
    invitation: invitation(portal, language),
  }
}

/** How many enabled triggers name each user. */
function namedUsers(triggers: ReadyTrigger[]): Map<number, number> {
  const named = new Map<number, number>()
  for (const { changeStageAs } of triggers) {
    if (changeStageAs.type === 'user') named.set(changeStageAs.userId, (named.get(changeStageAs.userId) ?? 0) + 1)
  }
  return named
}

function stateOf(access: Access | undefined, now: Date): AccessState {
  if (!access) return 'none'
  if (!access.live) return 'dead'
  if (access.sealed.refreshToken !== null) return 'own'
  return access.expiresAt > now ? 'delegated' : 'none'
}

/** Who needs something comes first. */
function rank(state: AccessState): number {
  return ['dead', 'none', 'delegated', 'own'].indexOf(state)
}

function personAdvice(state: AccessState, delegate: boolean, language: Language): string | null {
  if (state === 'dead') return translate(language, 'status.person.dead')
  if (state !== 'none') return null
  return translate(language, delegate ? 'status.person.none-delegate' : 'status.person.none')
}

function installerAdvice(
  language: Language,
  of: { installer: string | null; reader: string | null; isDead: boolean; isAdministrator: boolean },
): string | null {
  const { installer, reader } = of
  if (reader === null) return translate(language, 'status.installer.nobody')
  if (installer === null || (!of.isDead && of.isAdministrator)) return null
  return translate(language, of.isDead ? 'status.installer.dead' : 'status.installer.no-administrator', {
    installer,
    reader,
  })
}

/** The app's own address in the portal, to be copied into a message. */
function invitation({ endpoint, appCode }: Portal, language: Language): AccessStatus['invitation'] {
  const url = `${new URL(endpoint).origin}/marketplace/app/${encodeURIComponent(appCode ?? '')}/`
  return { url, text: translate(language, 'status.invitation', { url }) }
}
