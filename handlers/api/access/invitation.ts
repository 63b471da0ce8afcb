import type { Portal } from '../../../lib/domain/portal.ts'
import { type Language, translate } from '../../../lib/texts/translate.ts'

export type Invitation = { url: string; text: string }

/** The app's own address in the portal, to be copied into a message to those who have not opened it. */
export function invitation({ endpoint, appCode }: Portal, language: Language): Invitation {
  const url = `${new URL(endpoint).origin}/marketplace/app/${encodeURIComponent(appCode ?? '')}/`
  return { url, text: translate(language, 'status.invitation', { url }) }
}
