import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createMinuteThrottle } from '../../handlers/http/minute-throttle.ts'
import { createLog } from '../../lib/log.ts'
import { fieldErrors } from '../../lib/texts/validation-errors.ts'

describe('once a minute', () => {
  it('lets a key pass again when a minute has gone by', () => {
    let now = 0
    const first = createMinuteThrottle(() => new Date(now), 100)
    const at = (second: number, key: string) => {
      now = second * 1000
      return first(key)
    }
    expect(at(0, 'a')).toBe(true)
    expect(at(59, 'a')).toBe(false)
    expect(at(59, 'b')).toBe(true)
    expect(at(60, 'a')).toBe(true)
    expect(at(70, 'b')).toBe(false)
    expect(at(119, 'b')).toBe(true)
    expect(at(500, 'a')).toBe(true)
  })

  it('lets no more keys pass than it has room for', () => {
    const first = createMinuteThrottle(() => new Date(0), 2)
    expect(['a', 'b', 'c'].map(first)).toEqual([true, true, false])
  })
})

describe('faults of a form', () => {
  const schema = z.strictObject({
    text: z.string().min(2).max(5),
    count: z.int().min(1).max(9),
    list: z.array(z.string()).min(1).max(2),
    flag: z.boolean(),
    choice: z.enum(['one', 'two']),
    url: z.url(),
    inner: z.strictObject({ known: z.string() }).optional(),
  })
  const good = { text: 'abc', count: 1, list: ['a'], flag: true, choice: 'one', url: 'https://a.example' }
  const faults = (changes: object) => {
    const read = schema.safeParse({ ...good, ...changes }, { reportInput: true })
    return read.error ? fieldErrors(read.error) : {}
  }

  it.each([
    [{ text: undefined }, { text: { key: 'invalid.required' } }],
    [{ text: null }, { text: { key: 'invalid.required' } }],
    [{ text: 1 }, { text: { key: 'invalid.text' } }],
    [{ text: 'a' }, { text: { key: 'invalid.too-short', params: { min: 2 } } }],
    [{ text: 'abcdef' }, { text: { key: 'invalid.too-long', params: { max: 5 } } }],
    [{ count: 'x' }, { count: { key: 'invalid.number' } }],
    [{ count: 1.5 }, { count: { key: 'invalid.whole' } }],
    [{ count: 0 }, { count: { key: 'invalid.too-small', params: { min: 1 } } }],
    [{ count: 10 }, { count: { key: 'invalid.too-big', params: { max: 9 } } }],
    [{ list: 'a' }, { list: { key: 'invalid.list' } }],
    [{ list: [] }, { list: { key: 'invalid.too-few', params: { min: 1 } } }],
    [{ list: ['a', 'b', 'c'] }, { list: { key: 'invalid.too-many', params: { max: 2 } } }],
    [{ list: [1] }, { 'list.0': { key: 'invalid.text' } }],
    [{ flag: 'yes' }, { flag: { key: 'invalid.flag' } }],
    [{ choice: 'three' }, { choice: { key: 'invalid.choice', params: { choices: 'one, two' } } }],
    [{ url: 'nowhere' }, { url: { key: 'invalid.url' } }],
    [
      { inner: { known: 'x', odd: 1, odder: 2 } },
      { 'inner.odd': { key: 'invalid.unknown' }, 'inner.odder': { key: 'invalid.unknown' } },
    ],
  ])('%j', (changes, expected) => {
    expect(faults(changes)).toEqual(expected)
  })
})

describe('the log', () => {
  it('blanks secrets by the names under which they travel, two levels deep', () => {
    const lines: string[] = []
    const log = createLog({ logLevel: 'info' }, { write: (line) => void lines.push(line) })
    const canary = 'canary-of-a-secret'
    log.info({ access_token: canary, body: { AUTH_ID: canary, auth: { refresh_token: canary } } }, 'hello')
    log.info({ headers: { authorization: canary, cookie: canary }, config: { clientSecret: canary } }, 'hello')
    expect(lines).toHaveLength(2)
    expect(lines.join('')).not.toContain(canary)
  })

  it('writes a line of JSON with time and level', () => {
    const lines: string[] = []
    createLog({ logLevel: 'warn' }, { write: (line) => void lines.push(line) }).info('quiet')
    createLog({ logLevel: 'info' }, { write: (line) => void lines.push(line) }).info({ portal: 'p1' }, 'ready')
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), portal: 'p1', msg: 'ready' },
    ])
  })
})
