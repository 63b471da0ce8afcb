import { readAppInfo } from '../auth/app-info.ts'
import { answers, type Question } from './question.ts'

/** How many requests the portal bears: more on the plan Enterprise (`platform.md` 6). The detail is the family of its licence. */
export const bucket: Question = {
  id: 'bucket',
  commands: { bucket: { method: 'app.info' } },
  answer: ({ bucket: result }) => {
    if (!result?.ok) return answers(result) && { answer: 'unknown' }
    const family = readAppInfo(result.result)?.licenseFamily ?? ''
    return { answer: family.toLowerCase() === 'ent' ? 'large' : 'usual', ...(family === '' ? {} : { detail: family }) }
  },
}
