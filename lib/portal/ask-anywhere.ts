import type { Asked } from './error-from-answer.ts'
import { AccessDead, type PortalError } from './errors.ts'
import { type Answer, ask, type Link } from './link.ts'

/** Which links there are. */
export type Links = Readonly<{
  /** The link to use now. Throws `AccessDead` when there is none. */
  connect: () => Promise<Link>
  /** The link was answered with a redirect: true when the portal is proven to be elsewhere now. */
  moved: (link: Link) => Promise<boolean>
  /** The portal refused this link's access for good. */
  refused: (link: Link, why: AccessDead) => Promise<void>
  /** The link served. */
  served: (link: Link) => void
}>

/** A redirect, another administrator's access and a dead access at once are the worst case. */
const mostTurns = 4

/**
 * Asks over the present link, and over another one when the portal did not act on the request: it has another address now, or
 * this access is dead and somebody else's serves as well. Nothing else is repeated here.
 */
export async function askAnywhere(
  links: Links,
  request: readonly [method: string, params: object, asked: Asked],
): Promise<{ link: Link; answer: Answer }> {
  let link = await links.connect()
  for (let turn = 1; ; turn++) {
    try {
      const answer = await ask(link, ...request)
      links.served(link)
      return { link, answer }
    } catch (error) {
      const next = turn < mostTurns ? await otherLink(links, link, error as PortalError) : null
      if (next === null) throw error
      link = next
    }
  }
}

async function otherLink(links: Links, link: Link, error: PortalError): Promise<Link | null> {
  if (/^HTTP_30[12378]$/.test(error.code)) {
    if (!(await links.moved(link))) return null
  } else if (error instanceof AccessDead) {
    await links.refused(link, error)
  } else {
    return null
  }
  const next = await links.connect().catch((nobody: unknown) => {
    if (nobody instanceof AccessDead) return null
    throw nobody
  })
  return next === link ? null : next
}
