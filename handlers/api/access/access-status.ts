import type { Portal } from '../../../lib/domain/portal.ts'
import type { Services } from '../../../lib/services.ts'
import { findAccess } from '../../../lib/store/access.ts'
import { findServiceUser } from '../../../lib/store/acting-users.ts'
import { type Language, translate } from '../../../lib/texts/translate.ts'
import { type AccessState, accessPeople, stateOf, type WantedPerson } from './access-people.ts'
import { type Invitation, invitation } from './invitation.ts'

type Person = WantedPerson & { name: string; advice: string | null }

/** In whose name Stagecue can act, what to do where it cannot, and who reads and stands in. */
export type AccessStatus = {
  installer: { userId: number; name: string; state: AccessState; administrator: boolean } | null
  reader: { userId: number; name: string } | null
  /** What to do about the two. */
  advice: string | null
  delegate: boolean
  people: Person[]
  invitation: Invitation
}

/** The `access` part of `GET /api/status`, in the language of who asks. */
export async function accessStatus(
  { db, clock, names }: Pick<Services, 'db' | 'clock' | 'names'>,
  portal: Portal,
  language: Language,
): Promise<AccessStatus> {
  const now = clock()
  const { memberId, installerId } = portal
  const wanted = await accessPeople(db, memberId, now)
  const readerId = await findServiceUser(db, memberId)
  const ids = [...wanted.map(({ userId }) => userId), installerId ?? 0, readerId ?? 0]
  const known = await names(memberId, ids, 'page')
  const nameOf = (userId: number) => known.get(userId) ?? `#${userId}`

  const people = wanted.map((person): Person => {
    const advice = personAdvice(person.state, portal.settings.delegate, language)
    return { ...person, name: nameOf(person.userId), advice }
  })
  const installer = installerId === null ? null : await findAccess(db, memberId, installerId)
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
