import { answers, type Question } from './question.ts'

const ofType = /^ONCRMDYNAMICITEM(?:ADD|UPDATE)_(\d+)$/i

/** Are there events of single smart processes beside those of all? The detail names their types. Ours are bound for all. */
export const events: Question = {
  id: 'events',
  commands: { events: { method: 'events' } },
  answer: ({ events: result }) => {
    if (!result?.ok) return answers(result)
    const names = Object.values(result.result ?? {}).map(String)
    const types = [...new Set(names.flatMap((name) => ofType.exec(name)?.[1] ?? []))]
    return types.length === 0 ? { answer: 'no' } : { answer: 'yes', detail: types.join(', ') }
  },
}
