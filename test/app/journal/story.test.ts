import { describe, expect, test } from 'vitest'
import { countSet, filterOf, isFilterEmpty, noFilter, rareFields } from '../../../app/journal/filter.ts'
import { cardPath, factsOf, storyOf } from '../../../app/journal/story.ts'
import type { Entry } from '../../../app/model.ts'
import { reasons } from '../../../lib/domain/reasons.ts'
import { format, names, textsOf, types } from '../samples.ts'

const parts = (language = 'en') => ({ ...textsOf(language), names, format, types })

function entry(fields: Partial<Entry>, facts: Record<string, unknown> = {}): Entry {
  const occurrence = { kind: 'call-missed', key: 'k', at: '2026-08-29T10:00:00Z', source: 'event' as const, facts }
  const item = { entityTypeId: 2, id: 31, title: 'Shop' }
  const story = { event: facts, decision: {}, activityId: null, refs: [], setting: null, winner: null }
  const rest = { story, trigger: { id: '7', name: 'Missed' }, reason: null, move: null, undone: null, corrected: null }
  return { id: '1', at: '2026-08-29T10:00:05Z', occurrence, item, outcome: 'skipped', ...rest, ...fields }
}

describe('why an item moved or did not', () => {
  const move = { from: 'C4:NEW', to: 'C4:VISIT', userId: 15 }

  test('moved: from where to where, in whose name', () => {
    expect(storyOf(entry({ outcome: 'moved', move }), parts())).toBe('Moved from “New” to “Visit”. In the name of Sam.')
    expect(storyOf(entry({ outcome: 'moved', move: { ...move, onBehalfOf: 21 } }), parts())).toContain(
      'stood in for #21',
    )
  })

  test('would move: what the trigger only watched, or what a rehearsal found', () => {
    const occurrence = { ...entry({}).occurrence, source: 'rehearsal' as const }
    expect(storyOf(entry({ outcome: 'would-move', reason: 'watch', move, occurrence }), parts())).toBe(
      'It would move from “New” to “Visit”.',
    )
    expect(storyOf(entry({ outcome: 'would-move', reason: 'watch', move }), parts())).toContain('would have moved')
  })

  test('the facts stand in the sentence', () => {
    const compared = { stageId: 'C4:WON', target: 'C4:VISIT' }
    expect(storyOf(entry({ reason: 'would-move-back' }, compared), parts())).toBe(
      'The item was in “Won”, which comes after “Visit”, and moving back is not allowed.',
    )
    expect(storyOf(entry({ reason: 'from-stage' }, { ...compared, fromStages: ['C4:NEW'] }), parts())).toContain(
      'only from “New”',
    )
    expect(storyOf(entry({ reason: 'other-pipeline' }, { categoryId: 4 }), parts())).toContain('“Partners”')
    expect(storyOf(entry({ reason: 'required-fields', move }, { fields: ['OPPORTUNITY', 'UF_1'] }), parts())).toContain(
      'OPPORTUNITY and UF_1',
    )
  })

  test.each(['en', 'de', 'ru'])('every reason is a whole sentence in %s, with and without facts', (language) => {
    for (const reason of reasons) {
      const story = storyOf(entry({ reason, item: null }), parts(language))
      expect(story, reason).not.toMatch(/\{|undefined|NaN|reasons\./)
      expect(story.length, reason).toBeGreaterThan(10)
    }
  })

  test('a reason that these texts do not know is told as it is', () => {
    expect(storyOf(entry({ reason: 'moon-phase' }), parts())).toBe('moon-phase')
  })
})

test('facts are named, ids are called by their names, times stand in the person’s zone', () => {
  const facts = { line: 'reg1', missed: true, stageId: 'C4:NEW', readyAt: '2026-08-29T10:00:00Z', unknown: { a: 1 } }
  expect(factsOf(entry({}, facts), parts()).map(({ label, value }) => `${label}: ${value}`)).toEqual([
    'Line: Sales',
    'Missed: yes',
    'Stage of the item: New',
    expect.stringMatching(/^Trigger ready since: Aug 29, 2026, 12:00:00/),
    'unknown: {"a":1}',
  ])
})

test('cards of the portal', () => {
  const path = (entityTypeId: number) => cardPath({ entityTypeId, id: 8 })
  expect([1, 2, 7, 31, 177].map(path)).toEqual([
    '/crm/lead/details/8/',
    '/crm/deal/details/8/',
    '/crm/type/7/details/8/',
    '/crm/type/31/details/8/',
    '/crm/type/177/details/8/',
  ])
})

test('the filter sends what is chosen; both days count whole', () => {
  const query = filterOf({ ...noFilter, outcome: 'moved', itemId: 'abc', fromDay: '2026-08-29', toDay: '2026-08-29' })
  const [from, to] = [query.from, query.to].map((time) => new Date(String(time)).getTime()) as [number, number]
  expect(query).toMatchObject({ outcome: 'moved', itemId: '', userId: '' })
  expect(to - from).toBe(86_400_000 - 1)
  expect(isFilterEmpty(noFilter)).toBe(true)
  expect(isFilterEmpty({ ...noFilter, userId: 15 })).toBe(false)
  expect(countSet({ ...noFilter, userId: 15, outcome: 'moved' }, rareFields)).toBe(1)
})
