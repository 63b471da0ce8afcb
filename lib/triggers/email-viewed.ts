import { z } from 'zod'
import type { Kind } from './kind.ts'
import { confirmedAt, isActivityWritten, isMail, isTracked, mailKeys, sentAt } from './mail.ts'

const fieldSchema = z.strictObject({ minSeconds: z.int().min(0).max(3600).nullish() })

/** A customer opens an e-mail that CRM sent; the first view counts. One sooner than `minSeconds` after sending is a machine's. */
export const emailViewed = {
  kind: 'email-viewed',
  group: 'email',
  shape: 'activity',
  scope: 'crm',
  entityTypeIds: 'all',
  fieldSchema,
  fields: [{ name: 'minSeconds', type: 'number', required: false, default: 0 }],
  couldServe: isActivityWritten,
  recognise(facts) {
    if (facts.shape !== 'activity' || !isMail(facts, 2) || !isTracked(facts)) return null
    const at = confirmedAt(facts, 'READ_CONFIRMED')
    if (at === null) return null
    const secondsAfterSending = Math.max(0, wholeSeconds(at) - wholeSeconds(sentAt(facts)))
    return { ...mailKeys('email-viewed', facts), at, facts: { activityId: facts.id, secondsAfterSending } }
  },
  matches: () => true,
  doubt: (fields, occurrence) =>
    Number(occurrence.facts.secondsAfterSending) < (fields.minSeconds ?? 0) ? 'machine' : null,
} as const satisfies Kind<z.infer<typeof fieldSchema>>

/** The mark of the view has no parts of seconds. */
function wholeSeconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000)
}
