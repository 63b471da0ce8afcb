import type { LinkHosts } from '../../../lib/api/links.ts'
import type { Services } from '../../../lib/services.ts'
import { listLinkHosts } from '../../../lib/store/link-hosts.ts'
import type { SessionHandler } from '../../http/session.ts'

/** More than anybody looks through. */
const MAX_HOSTS = 100

/** `GET /api/links`: where the portal's tracked links lead, by host, the newest first. */
export function getLinks({ db }: Services): SessionHandler {
  return async ({ portal: { memberId } }, _request, response) => {
    const hosts: LinkHosts = { entries: await listLinkHosts(db, memberId, MAX_HOSTS) }
    response.json(hosts)
  }
}
