import { z } from 'zod'
import type { Kind } from './kind.ts'
import { confirmedAt, isActivityWritten, isMail, isTracked, mailKeys, secondsAfterSending } from './mail.ts'
import { isTooSoon, minSeconds, minSecondsDescription } from './min-seconds.ts'

declare module '../domain/kind-code.ts' {
  interface KindCodes {
    'email-viewed': true
  }
}

const fieldSchema = z.strictObject({ minSeconds })

/** A customer opens an e-mail that CRM sent; the first view counts. One sooner than `minSeconds` after sending is a machine's. */
export const emailViewed = {
  kind: 'email-viewed',
  group: 'email',
  shape: 'activity',
  scope: 'crm',
  entityTypeIds: 'all',
  fieldSchema,
  fields: [minSecondsDescription],
  mayMatch: isActivityWritten,
  recognise(facts) {
    if (facts.shape !== 'activity' || !isMail(facts, 2) || !isTracked(facts)) return null
    const at = confirmedAt(facts, 'READ_CONFIRMED')
    if (at === null) return null
    const details = { activityId: facts.id, secondsAfterSending: secondsAfterSending(facts, at) }
    return { ...mailKeys('email-viewed', facts), at, facts: details }
  },
  matches: () => true,
  veto: (fields, occurrence) => (isTooSoon(fields, occurrence) ? 'machine' : null),
} as const satisfies Kind<z.infer<typeof fieldSchema>>
