import { AccessRevokedError, type PortalError } from '../errors/errors.ts'
import type { RequestInfo } from '../errors/from-answer.ts'
import { type Answer, ask, type Connection } from './connection.ts'

/** Which links there are. */
export type FailoverHooks = Readonly<{
  /** The link to use now. Throws `AccessRevokedError` when there is none. */
  connect: () => Promise<Connection>
  /** The link was answered with a redirect: true when the portal is proven to be elsewhere now. */
  moved: (link: Connection) => Promise<boolean>
  /**
   * The portal refused this link's access: it is renewed once. `again`: the renewed one was refused too, so it rests. Throws `AccessRevokedError`
   * when it cannot be renewed, and as `refreshAccess` does when that is not known now.
   */
  refused: (link: Connection, again: boolean) => Promise<void>
  /** The link served. */
  served: (link: Connection) => void
}>

/** A redirect, and two administrators' accesses that are renewed in vain, are the worst case. */
const maxTurns = 6

/**
 * Asks over the present link, and over another one when the portal did not act on the request: it has another address now, or it
 * refuses this access, so that it is renewed, or somebody else's serves as well. Nothing else is repeated here.
 */
export async function callWithFailover(
  links: FailoverHooks,
  request: readonly [method: string, params: object, asked: RequestInfo],
): Promise<{ link: Connection; answer: Answer }> {
  let link = await links.connect()
  const renewed = new Set<number>()
  for (let turn = 1; ; turn++) {
    try {
      const answer = await ask(link, ...request)
      links.served(link)
      return { link, answer }
    } catch (error) {
      const next = turn < maxTurns ? await otherLink(links, link, error as PortalError, renewed) : null
      if (next === null) throw error
      link = next
    }
  }
}

/** `renewed`: whose access was renewed for this request. */
async function otherLink(
  links: FailoverHooks,
  link: Connection,
  error: PortalError,
  renewed: Set<number>,
): Promise<Connection | null> {
  const { userId } = link.target
  if (/^HTTP_30[12378]$/.test(error.code)) {
    if (!(await links.moved(link))) return null
  } else if (error instanceof AccessRevokedError) {
    await links.refused(link, renewed.has(userId) || error.code === notAdmitted).catch(nobodyElse)
    renewed.add(userId)
  } else {
    return null
  }
  const next = await links.connect().catch(nobodyElse)
  return next === undefined || next === link ? null : next
}

/** The app is not for this person: another token changes nothing (`platform.md` 7). */
const notAdmitted = 'user_access_error'

function nobodyElse(error: unknown): undefined {
  if (!(error instanceof AccessRevokedError)) throw error
}
