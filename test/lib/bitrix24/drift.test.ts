import { describe, expect, it } from 'vitest'
import { isReadMethod } from '../../../lib/bitrix24/client/read-methods.ts'
import { fitAnswer } from '../../../lib/bitrix24/drift/fit-answer.ts'
import { shapeOf } from '../../../lib/bitrix24/drift/shape-of.ts'
import { shapes } from '../../../lib/bitrix24/drift/shapes.ts'

const at = '2026-08-29T10:00:00+02:00'

describe('an answer', () => {
  it.each([
    ['crm.activity.list', [{ ID: '9051', CREATED: at, SETTINGS: [], LAST_UPDATED: '' }]],
    ['crm.activity.list', [{ ID: '9051', CREATED: at, SETTINGS: false, PROVIDER_PARAMS: false }]],
    ['crm.activity.list', { 3: { ID: 9051, CREATED: at, SETTINGS: { a: 1 } } }],
    ['crm.activity.list', []],
    ['crm.item.list', { items: [{ id: 31, stageId: null, movedTime: null }] }],
    ['crm.item.list', { items: [] }],
    ['crm.activity.binding.list', [{ entityTypeId: 2, entityId: '31' }]],
    ['voximplant.line.get', []],
    ['a.method.that.nobody.reads', 7],
  ])('of %s fits: %j', (method, result) => {
    expect(fitAnswer(method, {}, result)).toEqual({ odd: [], isUsable: true })
  })

  it('needs only what was selected', () => {
    const rows = [{ ID: '9051', SETTINGS: [] }]
    expect(fitAnswer('crm.activity.list', { select: ['ID', 'SETTINGS'] }, rows).odd).toEqual([])
    expect(fitAnswer('crm.activity.list', { select: ['ID', 'CREATED'] }, rows).odd).toEqual(rows)
    expect(fitAnswer('crm.activity.list', {}, rows).odd).toEqual(rows)
  })

  it('with odd rows among others is usable, and one of nothing else is not', () => {
    const odd = { entityTypeId: 'deal', entityId: 31 }
    const good = { entityTypeId: 2, entityId: 31 }
    expect(fitAnswer('crm.activity.binding.list', {}, [odd, good])).toEqual({ odd: [odd], isUsable: true })
    expect(fitAnswer('crm.activity.binding.list', {}, [odd])).toEqual({ odd: [odd], isUsable: false })
  })

  it.each(Object.keys(shapes))('of %s that is something else is not usable', (method) => {
    expect(isReadMethod(method)).toBe(true)
    for (const result of ['<html>', 5, null, true, [[1, 2]], { a: { b: 1 } }]) {
      const { odd, isUsable } = fitAnswer(method, {}, result)
      expect([method, result, isUsable, odd.length > 0]).toEqual([method, result, false, true])
    }
  })
})

describe('a shape', () => {
  it.each([
    [
      { ID: '9051', TYPE_ID: 4, SETTINGS: { READ: true }, list: [1, 2], none: null },
      '{ID: text, list: [number], none: null, SETTINGS: {READ: boolean}, TYPE_ID: number}',
    ],
    [[], '[]'],
    ['', 'empty text'],
    [{ '31': 'Kim', '32': 'Lee', 'Dear Kim, how much': 1, кот: 2 }, '{<number>: text, <text>: number}'],
    [{ a: { b: { c: { d: 1 } } } }, '{a: {b: {c: {…}}}}'],
  ])('of %j is %s', (value, shape) => {
    expect(shapeOf(value)).toBe(shape)
  })

  it('is bounded, whatever the value', () => {
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`name_${n}`, 'x'.repeat(100)]))
    expect(shapeOf(wide).length).toBeLessThanOrEqual(401)
    expect(shapeOf('x'.repeat(1_000_000))).toBe('text')
  })
})
