import { describe, expect, it } from 'vitest'
import { commandLine, reference, referenceIn, referredTo } from '../../../lib/bitrix24/client/command.ts'

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
    const ids = [reference('move', 'item', 'id'), reference('other', 0, 'ID')]
    expect(referredTo({ filter: { '@id': ids }, text: '$result[third][0]' })).toEqual(['move', 'other'])
    expect(referredTo(undefined)).toEqual([])
  })

  it('writes a reference so that one that leads nowhere is no id', () => {
    expect(textOf(reference('bindings_7', 0, 'entityId'))).toBe('0$result[bindings_7][0][entityId]')
    expect(textOf(referenceIn('IMOL_', 'chat', 'sessionId'))).toBe('IMOL_$result[chat][sessionId]')
  })

  it.each([
    '$result[update_1][item][id]',
    '0$result[update_1][item][id]',
    'a $error_description[x] b',
    '$results[a]x[ID]',
    '$RESULT[a]',
    'x$total[items]',
    '$result\u00a0[a]',
  ])('breaks up what would be filled in: %s', (text) => {
    expect(textOf(text)).not.toBe(text)
    expect(textOf(text).replace('\u200b', '')).toBe(text)
    expect(textOf(text)).not.toMatch(/\$(result|error|total|next|time)/i)
  })

  it.each(['US$ 5 [b]', '$ result [a]', '$[result]', 'result[a]', '$res[a]'])('leaves %s as it is', (text) => {
    expect(textOf(text)).toBe(text)
  })

  it('is not written with a list that would vanish', () => {
    expect(() => commandLine({ method: 'crm.item.list', params: { filter: { '@id': [] } } })).toThrow(RangeError)
  })
})

/** A parameter as PHP reads it. */
function textOf(text: unknown): string {
  return new URLSearchParams(commandLine({ method: 'a', params: { text } }).slice(2)).get('text') ?? ''
}
