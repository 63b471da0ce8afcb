import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DEFAULT_SWITCHES, readSwitches, SWITCH_NAMES, SWITCHES } from './switches.ts'

test('every switch stands in its first position and has others', () => {
  for (const name of SWITCH_NAMES) {
    expect(DEFAULT_SWITCHES[name]).toBe(SWITCHES[name][0])
    expect(new Set<string | number>(SWITCHES[name]).size, name).toBeGreaterThan(1)
  }
})

test('every switch is asked for somewhere in the emulator', () => {
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'switches.ts')
    .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
  const silent = SWITCH_NAMES.filter((name) => !sources.some((source) => new RegExp(`\\b${name}\\b`).test(source)))
  expect(silent).toEqual([])
})

test('positions are read from text', () => {
  expect(readSwitches('')).toEqual({})
  expect(readSwitches("openLineEvents=none; callActivityId=0;refusalLanguage=the portal's")).toEqual({
    openLineEvents: 'none',
    callActivityId: '0',
    refusalLanguage: "the portal's",
  })
  expect(readSwitches('lostDelivery=7;readerZoneOffset=-8')).toEqual({ lostDelivery: 7, readerZoneOffset: -8 })
})

test.each(['nothing=1', 'openLineEvents', 'openLineEvents=', 'openLineEvents=some', 'lostDelivery=many'])(
  'what does not exist is refused: %s',
  (text) => {
    expect(() => readSwitches(text)).toThrow(/switch/)
  },
)
