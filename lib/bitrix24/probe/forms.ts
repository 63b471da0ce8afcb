import { z } from 'zod'
import { answers, type Question } from './question.ts'

const schema = z.object({ isExisting: z.boolean(), isAvailable: z.boolean() })

/**
 * Does the portal list its CRM forms? The method is not documented, so it is asked whether there is one (`platform.md` 5.5): calling it may
 * be slow, as it builds forms that were never built.
 */
export const forms: Question = {
  id: 'forms',
  scope: 'crm',
  commands: { forms: { method: 'method.get', params: { name: 'crm.webform.list' } } },
  answer: ({ forms: result }) => {
    if (!result?.ok) return answers(result)
    const { data } = schema.safeParse(result.result)
    if (!data) return { answer: 'unknown' }
    return { answer: data.isExisting && data.isAvailable ? 'yes' : 'no' }
  },
}
