import { describe, expect, test } from 'vitest'
import type { TriggerSettings } from '../../app/model.ts'
import { shortSummaryOf, summaryOf } from '../../app/trigger-summary.ts'
import { format, names, textsOf, trigger } from './samples.ts'

const sentence = (settings: Partial<TriggerSettings>, language = 'en') =>
  summaryOf({ ...trigger, ...settings }, { ...textsOf(language), names, format })

describe('a trigger in one sentence', () => {
  test('says what happens, what moves where and on whose behalf', () => {
    expect(sentence({ fields: { line: 'reg1' } })).toBe(
      'When a call on Sales is missed, move the deal to “Visit” on behalf of the responsible person.',
    )
    expect(sentence({ changeStageAs: { type: 'user', userId: 15 }, allowMovingBack: true })).toBe(
      'When a call from a customer is missed, move the deal to “Visit” on behalf of Sam. Moving back is allowed.',
    )
  })

  test('names the stages that it moves from', () => {
    expect(sentence({ fromStages: ['C4:NEW', 'C4:GONE'] })).toContain('Only from “New” or “a deleted stage”.')
  })

  test('on a card tells only what is not as usual', () => {
    const short = (settings: Partial<TriggerSettings>) =>
      shortSummaryOf({ ...trigger, ...settings }, { ...textsOf('en'), names, format })
    expect(short({})).toBe('When a call from a customer is missed.')
    expect(short({ changeStageAs: { type: 'user', userId: 15 }, fromStages: ['C4:NEW'] })).toBe(
      'When a call from a customer is missed, on behalf of Sam. Only from “New”.',
    )
  })

  test('leaves out own fields that mean "any" or are off', () => {
    expect(sentence({ kind: 'email-outgoing', fields: { automatic: false } })).not.toContain('rule')
    expect(sentence({ kind: 'email-viewed', fields: { minSeconds: 0 } })).not.toContain('after')
    const message = { kind: 'chat-message', fields: { text: '{line}', channelId: null } }
    expect(sentence(message)).toContain('writes a message that contains “{line}”')
  })

  test('names fields and durations as people do, and needs none of them yet', () => {
    const changed = (fields: Record<string, unknown>) => sentence({ kind: 'field-changed', fields })
    expect(changed({ fieldNames: ['opportunity'], becomes: '4200' })).toContain('When Amount changes to “4200”, move')
    expect(changed({ fieldNames: [] })).toContain('When a field changes, move')
    expect(sentence({ kind: 'chat-accept-time', fields: { seconds: 90 } })).toContain('after 1 min 30 sec or more')
  })

  test('tells no duration while what is typed is none', () => {
    expect(sentence({ kind: 'chat-accept-time', fields: { seconds: '1.5' } })).toContain(
      'an employee accepts a chat, move',
    )
    expect(sentence({ kind: 'email-viewed', fields: { minSeconds: 'soon' } })).not.toContain('after')
  })

  test('a stage that is not chosen yet, and a kind that these texts do not know, have words', () => {
    expect(sentence({ stageId: '' })).toContain('to the stage that you choose')
    expect(sentence({ kind: 'moon-phase' })).not.toContain('moon-phase')
  })

  test('speaks German and Russian', () => {
    expect(sentence({}, 'de')).toBe(
      'Wenn ein Anruf eines Kunden verpasst wird, den Auftrag im Namen der verantwortlichen Person in die Phase „Visit“ verschieben.',
    )
    expect(sentence({}, 'ru')).toBe(
      'Когда звонок клиента пропущен, переместить сделку на стадию «Visit» от имени ответственного.',
    )
  })
})
