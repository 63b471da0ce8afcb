import { describe, expect, test } from 'vitest'
import { draftOf, faultsOf, isSameDraft, newDraft } from '../../../app/form/draft.ts'
import { wouldMatch } from '../../../app/form/text-preview.ts'
import { callMissed, trigger } from '../samples.ts'

const place = { entityTypeId: 2, categoryId: 4, stageId: 'C4:VISIT' }

describe('the form', () => {
  test('begins with the defaults; loosely bound types look through the client', () => {
    expect(newDraft(callMissed, place)).toMatchObject({ name: 'Track missed call', mode: 'live', viaClient: false })
    expect(newDraft(callMissed, { ...place, entityTypeId: 177 }).viaClient).toBe(true)
  })

  test('a trigger on paid invoices may move back, or it would never move', () => {
    const payment = { ...callMissed, kind: 'payment-received', fields: [] }
    expect(newDraft(payment, { ...place, entityTypeId: 31 }).allowMovingBack).toBe(true)
    expect(newDraft(payment, place).allowMovingBack).toBe(false)
  })

  test('shows a trigger without what only the server writes, with its own fields filled up', () => {
    const draft = draftOf(trigger, callMissed)
    expect(draft).not.toHaveProperty('version')
    expect(draft.fields).toEqual({ line: null })
    draft.fromStages.push('C4:NEW')
    expect(trigger.fromStages).toEqual([])
  })

  test('empty values all mean "any", so they are no change', () => {
    const draft = draftOf(trigger, callMissed)
    expect(isSameDraft(draft, { ...draft, fields: {} })).toBe(true)
    expect(isSameDraft(draft, { ...draft, fields: { line: '' } })).toBe(true)
    expect(isSameDraft(draft, { ...draft, fields: { line: 'reg1' } })).toBe(false)
  })

  test('knows which required fields are empty, and which numbers are none; nothing is rounded', () => {
    const fields = [
      { name: 'text', type: 'text' as const, required: true, default: null },
      { name: 'seconds', type: 'number' as const, required: false, default: null },
    ]
    const faults = (settings: Partial<typeof trigger>) =>
      faultsOf({ ...trigger, ...settings }, { ...callMissed, fields })
    expect(faults({ name: ' ', stageId: '', fields: { text: '  ' } })).toEqual({
      name: 'required',
      'fields.text': 'required',
      stageId: 'required',
    })
    expect(faults({ fields: { text: 'order', seconds: 90 } })).toEqual({})
    for (const seconds of ['1.5', '-5', 'ten', 1.5, -5]) {
      expect(faults({ fields: { text: 'order', seconds } }), String(seconds)).toEqual({
        'fields.seconds': 'whole-number',
      })
    }
  })
})

describe('the try-out', () => {
  test.each([
    ['text', 'car', 'My car!', true],
    ['text', 'car', 'a scar', false],
    ['text', 'order', 'I [b]order[/b]', true],
    ['text', 'Order', 'order', false],
    ['url', 'https://a.example/x', 'https://a.example/x?y=1', true],
    ['url', 'https://a.example/x', 'https://b.example/x', false],
    ['text', '', 'order', null],
    ['text', 'order', ' ', null],
  ] as const)('%s %j in %j: %s', (field, wanted, sample, verdict) => {
    expect(wouldMatch(field, wanted, sample)).toBe(verdict)
  })
})
