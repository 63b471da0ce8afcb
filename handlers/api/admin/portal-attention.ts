import type { Services } from '../../../lib/services.ts'
import { findLatestAudit } from '../../../lib/store/audit.ts'
import type { Db } from '../../../lib/store/database.ts'
import { findWaitingSince } from '../../../lib/store/job-queries.ts'
import { type Language, type TextKey, translate } from '../../../lib/texts/translate.ts'

/** What happened to the portal as a whole, in the same shape as a trigger that needs attention. */
export type PortalAttention = { triggerId: null; name: null; reason: string; detail: string; since: string }

/** Actions of the audit that an administrator should hear of without looking for them, and in which words. */
const shownReasons = [
  { reason: 'uninstallation-ignored', key: 'status.uninstallation-ignored' },
  { reason: 'erasure-lifted', key: 'status.erasure-lifted' },
] as const

/** How long they are told, milliseconds. */
const shownForMs = 14 * 24 * 3_600_000

/** The portal's part of `attention` in `GET /api/status`, in the language of who asks. */
export async function portalAttention(
  { db, clock }: Pick<Services, 'db' | 'clock'>,
  memberId: string,
  language: Language,
): Promise<PortalAttention[]> {
  const from = new Date(clock().getTime() - shownForMs)
  const found = await Promise.all(
    shownReasons.map(async ({ reason, key }) => {
      const since = await findLatestAudit(db, memberId, reason, from)
      return since === null ? [] : [{ triggerId: null, name: null, reason, detail: translate(language, key), since }]
    }),
  )
  return [...(await unserved(db, memberId, language)), ...found.flat()]
}

/** Why a portal serves the app no longer, by its code (`platform.md` 2.3, 7). Nothing is lost: all work waits. */
const unservedTexts: Readonly<Record<string, TextKey>> = {
  PAYMENT_REQUIRED: 'status.unserved.unpaid',
  ACCESS_DENIED: 'status.unserved.no-rest',
  invalid_client: 'status.unserved.not-installed',
  APPLICATION_NOT_FOUND: 'status.unserved.not-installed',
  PORTAL_DELETED: 'status.unserved.not-installed',
}

async function unserved(db: Db, memberId: string, language: Language): Promise<PortalAttention[]> {
  const waiting = await findWaitingSince(db, memberId, Object.keys(unservedTexts))
  const key = waiting && unservedTexts[waiting.reason]
  if (!waiting || !key) return []
  return [{ triggerId: null, name: null, reason: 'unserved', detail: translate(language, key), since: waiting.since }]
}
