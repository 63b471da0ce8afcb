import type { Translate } from '../translate.ts'

/** A job that failed several times (`GET /api/work`). `reason`: a code of ours, or the name of an error, which its own code may follow. */
export type DeadLetter = { id: string; kind: string; reason: string | null; attempts: number; updatedAt: string }

type Parts = { t: Translate; te: (key: string) => boolean }

/** What failed and why, in words: codes of jobs and errors that people need not know are told by one word for all. */
export function deadLetterText({ kind, reason }: Pick<DeadLetter, 'kind' | 'reason'>, { t, te }: Parts): string {
  const [error = ''] = (reason ?? '').split(' ')
  const [what, why] = [`work.kinds.${kind}`, `work.reasons.${error}`]
  return `${t(te(what) ? what : 'work.kinds.other')} · ${t(te(why) ? why : 'work.reasons.other')}`
}
