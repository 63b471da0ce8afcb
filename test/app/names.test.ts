import { describe, expect, test } from 'vitest'
import { ApiFault } from '../../app/api.ts'
import { createNames } from '../../app/names.ts'
import { textsOf } from './samples.ts'

const soon = () => new Promise((resolve) => setTimeout(resolve, 30))

/** Names as the server tells them, and the requests that were made for them. */
function namesFrom(answer: object) {
  const asked: string[] = []
  const call = (_method: string, path: string) => {
    asked.push(decodeURIComponent(path))
    return Promise.resolve(answer as never)
  }
  return { names: createNames({ call }, () => [], textsOf('en').t), asked }
}

describe('names', () => {
  test('are asked for together, once each, and waited for', async () => {
    const { names, asked } = namesFrom({ users: { 15: 'Sam' }, fields: { '2:opportunity': 'Amount' } })
    expect([names.of('users', 15), names.of('users', 15), names.of('lines', 'reg1')]).toEqual(['…', '…', '…'])
    expect(names.field(2, 'opportunity')).toBe('…')
    await soon()
    names.of('users', 15)
    await soon()
    expect(asked).toEqual(['/api/names?users=15&lines=reg1&fields=2:opportunity'])
    expect([names.of('users', 15), names.field(2, 'opportunity')]).toEqual(['Sam', 'Amount'])
  })

  test('of what the server does not tell are plain words, never ids', async () => {
    const { names } = namesFrom({})
    const all = () => [
      names.of('users', 15),
      names.of('lines', 'reg77'),
      names.of('forms', 14),
      names.of('channels', 5),
      names.field(2, 'ufCrm1'),
      names.stage({ entityTypeId: 2 }, 'C4:GONE'),
    ]
    all()
    await soon()
    for (const name of all()) expect(name).not.toMatch(/\d|…/)
    expect([names.item({ entityTypeId: 2, id: 31 }), names.activity(7)]).toEqual([undefined, undefined])
  })

  test('of a telephony app are its own, or plain words; a number needs nobody', async () => {
    const { names } = namesFrom({ lines: { 'REST_APP:77': 'PhoneLink' } })
    const read = () => ['REST_APP:77', 'REST_APP:13'].map((line) => names.of('lines', line))
    read()
    await soon()
    expect(read()).toEqual(['PhoneLink', 'Calls of a telephony app'])
    expect(names.of('lines', '4930555000')).toBe('4930555000')
  })

  test('that a picker was told are not asked for', async () => {
    const { names, asked } = namesFrom({})
    names.learn('forms', [{ id: '14', title: 'Call me back' }])
    expect(names.of('forms', 14)).toBe('Call me back')
    await soon()
    expect(asked).toEqual([])
  })

  test('are waited for before they are shown, those too that only others lead to, but not for ever', async () => {
    const { names } = namesFrom({ users: { 15: 'Sam' }, lines: { reg1: 'Sales' } })
    const read = () => [names.of('users', 15), names.of('users', 15) === 'Sam' ? names.of('lines', 'reg1') : '']
    await names.ready(read)
    expect(read()).toEqual(['Sam', 'Sales'])
    const stuck = createNames({ call: () => new Promise(() => {}) }, () => [], textsOf('en').t)
    await stuck.ready(() => stuck.of('users', 15))
    expect(stuck.of('users', 15)).toBe('…')
  })

  test('go in parts where they are many', async () => {
    const { names, asked } = namesFrom({})
    for (let id = 1; id <= 120; id++) names.of('users', id)
    await soon()
    expect(asked.map((path) => path.split(',').length)).toEqual([50, 50, 20])
  })

  test('are plain words while the server does not answer', async () => {
    const call = () => Promise.reject(new ApiFault(503, 'portal-unavailable', ''))
    const names = createNames({ call }, () => [], textsOf('en').t)
    names.of('users', 15)
    await soon()
    expect(names.of('users', 15)).toBe('an unknown employee')
  })

  test('of an item can be looked at anew', async () => {
    const now = { title: 'Terrace', stageId: 'C4:WON', categoryId: 4, client: null }
    const { names, asked } = namesFrom({ items: { '2:31': now } })
    expect(await names.readAgain({ entityTypeId: 2, id: 31 })).toEqual(now)
    expect(names.item({ entityTypeId: 2, id: 31 })).toEqual(now)
    await soon()
    expect(asked).toHaveLength(1)
  })
})
