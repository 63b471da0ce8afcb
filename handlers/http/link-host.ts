import type { RequestHandler } from 'express'
import type { Config } from '../../lib/config.ts'
import { ApiError } from './api-error.ts'

/**
 * The host of PUBLIC_LINK_URL, where there is one, leads to tracked links and to whom to tell of a bad one. Nothing else is there: what
 * browsers and lists think of the links' host, and what is stored for it, says nothing of the host of the pages.
 */
export function onlyLinksAtTheirHost({
  publicUrl,
  publicLinkUrl,
}: Pick<Config, 'publicUrl' | 'publicLinkUrl'>): RequestHandler {
  const linkHost = new URL(publicLinkUrl).hostname
  const isShared = publicLinkUrl === publicUrl
  return ({ hostname = '', path }, _response, next) => {
    const isThere = hostname.toLowerCase().replace(/\.$/, '') === linkHost
    const isServed = path.startsWith('/l/') || path === '/.well-known/security.txt'
    if (!isShared && isThere && !isServed) throw new ApiError('not-found')
    next()
  }
}
