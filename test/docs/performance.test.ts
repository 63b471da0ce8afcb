import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { performancePage } from '../../bench/performance-page.ts'
import { isMet, readResults } from '../../bench/results.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test('docs/performance.md shows the figures of bench/results.json: npm run docs writes it anew', () => {
  expect(read('docs/performance.md')).toBe(performancePage())
})

test('every bench has its place in the page, and no place waits for a bench that is not there', () => {
  const benches = [
    ...(/const benches: Record<string, Bench> = {([^}]*)}/.exec(read('bench/main.ts'))?.[1]?.matchAll(/\w+/g) ?? []),
  ]
  const places = [...read('bench/performance.md').matchAll(/^<!-- results: (\w+) -->$/gm)]
  expect(places.map(([, name]) => name).sort()).toEqual(benches.map(([name]) => name).sort())
})

test('whether a goal is met is what its figure says', () => {
  const { rows } = readResults()
  for (const { name, value, goal, met } of rows) {
    // A figure is kept with three digits: one that lies on its goal may be either.
    if (goal === null || Object.values(goal)[0] === value) continue
    expect(met, name).toBe(isMet(value, goal))
  }
})
