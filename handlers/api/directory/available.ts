import { PortalError } from '../../../lib/bitrix24/errors/errors.ts'
import type { KindCode } from '../../../lib/domain/kind-code.ts'
import type { Portal } from '../../../lib/domain/portal.ts'
import type { Services } from '../../../lib/services.ts'
import { missingText } from '../../../lib/texts/missing-text.ts'
import { type Language, translate } from '../../../lib/texts/translate.ts'
import { kinds } from '../../../lib/triggers/index.ts'

/** Whether a portal can serve a kind; what it lacks and what to do. */
export type Available = true | { missing: string; advice: string }

/** Can this portal serve the kinds? Views of e-mails cannot be seen where CRM does not track what it sends. */
export async function availability(
  services: Services,
  { memberId, scope }: Portal,
  language: Language,
): Promise<(kind: KindCode) => Available> {
  const isUntracked = await tracksNothing(services, memberId)
  return (kind) => {
    const needed = kinds[kind].scope
    if (!scope.includes(needed)) {
      return { missing: translate(language, missingText[needed]), advice: translate(language, 'missing.advice') }
    }
    if (kind !== 'email-viewed' || !isUntracked) return true
    return { missing: translate(language, 'missing.tracking'), advice: translate(language, 'missing.tracking-advice') }
  }
}

/** A portal that cannot be asked now is not said to track nothing. */
export async function tracksNothing({ directory }: Services, portal: string): Promise<boolean> {
  const answer = await directory.readMailTracking(portal).catch((error: unknown) => {
    if (error instanceof PortalError) return null
    throw error
  })
  return answer?.ok === true && answer.value === 'off'
}
