import { z } from 'zod'
import type { Kind } from './kind.ts'
import { isActivityWritten, isMail, mailKeys } from './mail.ts'

/** A customer's e-mail comes in. An activity that another program wrote has no EMAIL_META and did not come in. */
export const emailIncoming = {
  kind: 'email-incoming',
  group: 'email',
  shape: 'activity',
  scope: 'crm',
  entityTypeIds: 'all',
  fieldSchema: z.strictObject({}),
  fields: [],
  couldServe: isActivityWritten,
  recognise(facts) {
    if (facts.shape !== 'activity' || !isMail(facts, 1) || !facts.settings.EMAIL_META) return null
    return { ...mailKeys('email-incoming', facts), at: facts.startTime, facts: { activityId: facts.id } }
  },
  matches: () => true,
} as const satisfies Kind
