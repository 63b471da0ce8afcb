import { describe, expect, test } from 'vitest'
import type { TriggerSettings } from '../../app/model.ts'
import { sentenceOf } from '../../app/sentence.ts'
import { format, names, textsOf, trigger } from './samples.ts'

const sentence = (settings: Partial<TriggerSettings>, language = 'en') =>
  sentenceOf({ ...trigger, ...settings }, { ...textsOf(language), names, format })

describe('a trigger in one sentence', () => {
  test('says what, as whom, and whether backwards', () => {
    expect(sentence({ fields: { line: 'reg1' } })).toBe(
      'When a call is missed on Sales, as the responsible person, not backwards.',
    )
    expect(sentence({ changeStageAs: { type: 'user', userId: 15 }, allowMovingBack: true })).toBe(
      'When a call is missed, as Sam, also backwards.',
    )
  })

  test('names the stages that it moves from', () => {
    expect(sentence({ fromStages: ['C4:NEW', 'C4:GONE'] })).toContain('only from “New” and “a deleted stage”')
  })

  test('leaves out own fields that mean "any" or are off', () => {
    expect(sentence({ kind: 'email-outgoing', fields: { automatic: false } })).not.toContain('rule')
    expect(sentence({ kind: 'email-viewed', fields: { minSeconds: 0 } })).not.toContain('seconds')
    expect(sentence({ kind: 'chat-message', fields: { text: '{line}', channelId: null } })).toContain('writes “{line}”')
  })

  test('a kind that these texts do not know is named by its code', () => {
    expect(sentence({ kind: 'moon-phase' })).toContain('When moon-phase')
  })

  test('speaks German and Russian', () => {
    expect(sentence({}, 'de')).toBe('Wenn ein Anruf verpasst wurde, als verantwortliche Person, nicht rückwärts.')
    expect(sentence({}, 'ru')).toBe('Когда звонок пропущен, от имени ответственного, без возврата.')
  })
})
