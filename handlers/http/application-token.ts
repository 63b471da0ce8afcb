import type { Portal } from '../../lib/domain/portal.ts'
import { isSameText } from './same-text.ts'

/** The portal's application_token: it proves that our app in that portal is meant, not who speaks (`design.md` 7). */
export function hasToken(portal: Pick<Portal, 'applicationToken'>, token: string): boolean {
  return portal.applicationToken !== null && isSameText(portal.applicationToken, token)
}
