import { z } from 'zod'
import type { Kind } from './kind.ts'
import { automaticDescription, automaticField, isActivityWritten, isMail, mailKeys, sentAt } from './mail.ts'

declare module '../domain/kind-code.ts' {
  interface KindCodes {
    'email-outgoing': true
  }
}

/** SETTINGS come with the second write (`platform.md` 10.4); this long after we heard of the e-mail none are expected. */
const SETTINGS_WAIT_SECONDS = 10

const fieldSchema = z.strictObject(automaticField)

/** An employee sends an e-mail to a customer. Those of automation rules count only with `automatic`. */
export const emailOutgoing = {
  kind: 'email-outgoing',
  group: 'email',
  shape: 'activity',
  scope: 'crm',
  entityTypeIds: 'all',
  fieldSchema,
  fields: [automaticDescription],
  mayMatch: isActivityWritten,
  recognise(facts) {
    if (facts.shape !== 'activity' || !isMail(facts, 2)) return null
    const waited = (Date.parse(facts.seenAt) - Date.parse(facts.heardAt)) / 1000
    if (Object.keys(facts.settings).length === 0 && waited < SETTINGS_WAIT_SECONDS) {
      return { retryAfter: SETTINGS_WAIT_SECONDS }
    }
    const automatic = Boolean(facts.settings.BP_ACTIVITY_ID || facts.settings.BP_TEMPLATE_ID)
    return { ...mailKeys('email-outgoing', facts), at: sentAt(facts), facts: { activityId: facts.id, automatic } }
  },
  matches: (fields, occurrence) => fields.automatic === true || occurrence.facts.automatic === false,
} as const satisfies Kind<z.infer<typeof fieldSchema>>
