import { describe, expect, test } from 'vitest'
import { createNames } from '../../app/names.ts'
import { textsOf } from './samples.ts'

/** Nobody may be asked: what is shown of an id that no list tells. */
const api = { call: () => Promise.reject(new Error('not asked')) }

describe('an id that no list tells', () => {
  test.each([
    ['lines', 'REST_APP:12', 'Calls of a telephony app (12)'],
    ['lines', 'REST_APP:', 'Calls of a telephony app'],
    ['lines', '4930555000', '4930555000'],
    ['forms', '14', 'Form 14'],
    ['channels', '5', '5'],
    ['users', '15', '#15'],
  ] as const)('of %s reads like a name: %s', (list, id, name) => {
    const names = createNames(api, () => [], false, textsOf('en').t)
    expect(names.of(list, id)).toBe(name)
  })

  test('is called as a list says as soon as one does', () => {
    const names = createNames(api, () => [], false, textsOf('ru').t)
    expect(names.of('forms', 14)).toBe('Форма 14')
    names.learn('forms', [{ id: '14', title: 'Перезвоните мне' }])
    expect(names.of('forms', 14)).toBe('Перезвоните мне')
  })
})
