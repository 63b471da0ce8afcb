import { z } from 'zod'
import { automaticMail } from './automatic-mail.ts'
import type { Kind } from './kind.ts'
import { automaticDescription, automaticField, isActivityWritten, isMail, mailKeys } from './mail.ts'

declare module '../domain/kind-code.ts' {
  interface KindCodes {
    'email-incoming': true
  }
}

const fieldSchema = z.strictObject(automaticField)

/**
 * A customer's e-mail comes in. An activity that another program wrote has no EMAIL_META and did not come in. What no person wrote counts
 * only with `automatic`.
 */
export const emailIncoming = {
  kind: 'email-incoming',
  group: 'email',
  shape: 'activity',
  scope: 'crm',
  entityTypeIds: 'all',
  fieldSchema,
  fields: [automaticDescription],
  mayMatch: isActivityWritten,
  recognise(facts) {
    if (facts.shape !== 'activity' || !isMail(facts, 1) || !facts.settings.EMAIL_META) return null
    const writtenBy = facts.mail ? automaticMail(facts.mail) : null
    const details = { activityId: facts.id, ...(writtenBy === null ? {} : { writtenBy }) }
    return { ...mailKeys('email-incoming', facts), at: facts.startTime, facts: details }
  },
  matches: () => true,
  veto: (fields, { facts }) => (facts.writtenBy !== undefined && fields.automatic !== true ? 'automatic' : null),
} as const satisfies Kind<z.infer<typeof fieldSchema>>
