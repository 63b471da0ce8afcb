import { createHash, timingSafeEqual } from 'node:crypto'
import type { Portal } from '../../lib/store/portal.ts'

/** The portal's application_token: it proves that our app in that portal is meant, not who speaks (`design.md` 7). */
export function hasToken(portal: Pick<Portal, 'applicationToken'>, token: string): boolean {
  if (portal.applicationToken === null) return false
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(portal.applicationToken), digest(token))
}
