import { expect, test } from 'vitest'
import { pluralRule } from '../../app/plural-rule.ts'

test('every language has its own forms', () => {
  const forms = (locale: string, texts: number) => [1, 2, 5, 21, 22].map((n) => pluralRule(locale)(n, texts))
  expect(forms('en', 2)).toEqual([0, 1, 1, 1, 1])
  expect(forms('ru', 3)).toEqual([0, 1, 2, 0, 1])
  expect(forms('ru', 1)).toEqual([0, 0, 0, 0, 0])
})
