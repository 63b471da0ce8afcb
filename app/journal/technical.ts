import type { Entry } from '../model.ts'
import { type Parts, textOf } from './parts.ts'

/** For support: where an entry comes from, ids and codes. Every line has a label in words; what has none is left out. */
export function technicalOf(entry: Entry, { t, te, format }: Parts): { label: string; value: string }[] {
  const { occurrence, item, story, trigger } = entry
  const facts = { ...story.event, ...story.decision }
  const ids: [string, string][] = [
    ['source', t(`sources.${occurrence.source}`)],
    ['happened', format.exactMoment(occurrence.at)],
    ['entry', entry.id],
    ['event', occurrence.key],
    ['activity', textOf(story.activityId)],
    ['item', item === null ? '' : `${item.entityTypeId}:${item.id}`],
    ['trigger', trigger.id === '0' ? '' : trigger.id],
    ...Object.entries(facts)
      .filter(([name]) => te(`technical.${name}`) && !own.includes(name))
      .map(([name, value]): [string, string] => [name, textOf(value)]),
  ]
  return ids.filter(([, value]) => value !== '').map(([name, value]) => ({ label: t(`technical.${name}`), value }))
}

/** Lines that are not facts. */
const own = ['source', 'happened', 'entry', 'event', 'activity', 'item', 'trigger']
