import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandLine, referredTo } from '../../../lib/portal/command.ts'
import { planBatches } from '../../../lib/portal/plan-batches.ts'

const group = (name: string, size: number) =>
  Object.fromEntries(Array.from({ length: size }, (_, n) => [`${name}_${n}`, { method: 'profile' }]))

describe('batches', () => {
  it('hold 50 commands at most and keep groups together, in order', () => {
    const batches = planBatches([group('a', 30), group('b', 20), group('c', 1), group('d', 50)])
    expect(batches.map((batch) => Object.keys(batch).length)).toEqual([50, 1, 50])
    expect(Object.keys(batches[0] ?? {}).at(-1)).toBe('b_19')
  })

  it('lose nothing, tear no group, and are never too large', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 60 }), (sizes) => {
        const groups = sizes.map((size, n) => group(`g${n}`, size))
        const batches = planBatches(groups).map((batch) => Object.keys(batch))
        expect(batches.flat()).toEqual(groups.flatMap((one) => Object.keys(one)))
        expect(Math.max(0, ...batches.map((batch) => batch.length))).toBeLessThanOrEqual(50)
        for (const one of groups) {
          const first = Object.keys(one)[0] ?? ''
          expect(batches.find((batch) => batch.includes(first))).toEqual(expect.arrayContaining(Object.keys(one)))
        }
      }),
    )
  })

  it('refuse a group that fits into none', () => {
    expect(() => planBatches([group('a', 51)])).toThrow(RangeError)
  })
})

describe('a command', () => {
  it('is written as PHP reads it', () => {
    expect(commandLine({ method: 'profile' })).toBe('profile')
    expect(
      decodeURIComponent(
        commandLine({
          method: 'crm.item.list',
          params: { filter: { '@id': [31, 32], active: true, gone: false }, select: ['id'], none: null },
        }),
      ),
    ).toBe('crm.item.list?filter[@id][0]=31&filter[@id][1]=32&filter[active]=1&filter[gone]=0&select[0]=id&none=')
    expect(commandLine({ method: 'a', params: { text: 'a&b=c ü' } })).toBe('a?text=a%26b%3Dc%20%C3%BC')
  })

  it('tells whose results it uses', () => {
    expect(
      referredTo({ fields: { entityId: '$result[move][item][id]', text: '$result[other][0] and $result[move]' } }),
    ).toEqual(['move', 'other', 'move'])
    expect(referredTo(undefined)).toEqual([])
  })
})
