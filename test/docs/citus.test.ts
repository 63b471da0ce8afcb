import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { citusStatements } from '../../lib/store/distribution.ts'

test('docs/citus.sql spreads the tables that there are: npm run docs writes it anew', () => {
  expect(readFileSync(new URL('../../docs/citus.sql', import.meta.url), 'utf8')).toBe(citusStatements())
})
