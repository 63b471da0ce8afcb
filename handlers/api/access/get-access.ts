import type { Services } from '../../../lib/services.ts'
import type { SessionHandler } from '../../http/session.ts'
import { accessPeople } from './access-people.ts'
import { invitation } from './invitation.ts'

/** `GET /api/access`: of the people in whose name triggers act, how many gave access themselves, and what to send to the others. */
export function getAccess({ db, clock }: Services): SessionHandler {
  return async ({ portal, language }, _request, response) => {
    const people = await accessPeople(db, portal.memberId, clock())
    const given = people.filter(({ state }) => state === 'own').length
    response.json({ people: people.length, given, invitation: invitation(portal, language) })
  }
}
