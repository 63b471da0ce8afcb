import { z } from 'zod'
import type { Kind } from './kind.ts'
import { isActivityWritten } from './mail.ts'

declare module '../domain/kind-code.ts' {
  interface KindCodes {
    'form-submitted': true
  }
}

/** PROVIDER_ID of a CRM form's submission; PROVIDER_TYPE_ID is the form (`platform.md` 5.2). */
const SUBMISSION = 'CRM_WEBFORM'

const fieldSchema = z.strictObject({ formId: z.string().max(100).nullish() })

/** The activity is the submission of a CRM form. */
export function isSubmission({ providerId, providerTypeId }: { providerId: string; providerTypeId: string }): boolean {
  return providerId === SUBMISSION && providerTypeId !== ''
}

/**
 * A customer fills in a callback form; ordinary forms never fire it. Where the portal does not tell which forms are callback
 * forms, the one that was chosen counts.
 */
export const formSubmitted = {
  kind: 'form-submitted',
  group: 'forms',
  shape: 'activity',
  scope: 'crm',
  entityTypeIds: 'all',
  fieldSchema,
  fields: [{ name: 'formId', type: 'form', required: false, default: null }],
  mayMatch: isActivityWritten,
  recognise(facts) {
    if (facts.shape !== 'activity' || !isSubmission(facts)) return null
    const callback = facts.form?.callback ?? null
    if (callback === false) return null
    const compared = { activityId: facts.id, formId: facts.providerTypeId, callback }
    return { key: `form-submitted:${facts.id}`, at: facts.created, facts: compared }
  },
  matches: ({ formId }, { facts }) => (formId ? formId === facts.formId : facts.callback === true),
} as const satisfies Kind<z.infer<typeof fieldSchema>>
