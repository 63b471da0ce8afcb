import { PortalError } from '../../../lib/bitrix24/errors/errors.ts'
import type { KindCode } from '../../../lib/domain/kind-code.ts'
import type { Portal } from '../../../lib/domain/portal.ts'
import type { Services } from '../../../lib/services.ts'
import { findDegradedFeatures } from '../../../lib/store/occurrences.ts'
import { type Language, type TextKey, translate } from '../../../lib/texts/translate.ts'
import { kindCodes, kinds } from '../../../lib/triggers/index.ts'
import { availability, tracksNothing } from '../directory/available.ts'
import { unreadChannels } from './unread-channels.ts'

/** How far back a way round that had to be taken is told of, milliseconds. */
const RECENT_MS = 30 * 86_400_000

/** Which kinds the portal can serve, and where one is served by a way round (`triggers.md`), which. */
export async function kindsStatus(services: Services, portal: Portal, language: Language) {
  const [fallbacks, available] = await Promise.all([
    fallbacksOf(services, portal),
    availability(services, portal, language),
  ])
  return kindCodes.map((kind) => {
    const fallback = fallbacks(kind)
    return {
      kind,
      title: translate(language, `kinds.${kind}.title`),
      available: available(kind),
      ...(fallback === null ? {} : { fallback: translate(language, fallback) }),
    }
  })
}

/** A portal that cannot be asked for its forms now is not said to have none. */
async function fallbacksOf(services: Services, { memberId }: Portal) {
  const { db, directory, clock } = services
  const since = new Date(clock().getTime() - RECENT_MS)
  const [degraded, unread, isUntracked, forms] = await Promise.all([
    findDegradedFeatures(db, memberId, since),
    unreadChannels(db, memberId),
    tracksNothing(services, memberId),
    directory.readForms(memberId).catch((error: unknown) => {
      if (error instanceof PortalError) return null
      throw error
    }),
  ])
  return (kind: KindCode): TextKey | null => {
    if (kind === 'email-link-clicked' && isUntracked) return 'fallbacks.tracking'
    if (kind === 'form-submitted' && forms?.ok && forms.missing === 'crm.webform.list') return 'fallbacks.forms'
    if (kind === 'chat-message' && (degraded.has('histories') || unread.any)) return 'fallbacks.histories'
    return kinds[kind].group === 'telephony' && degraded.has('calls') ? 'fallbacks.calls' : null
  }
}
