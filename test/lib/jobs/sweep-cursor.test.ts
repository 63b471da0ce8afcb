import { describe, expect, test } from 'vitest'
import type { Place, Row } from '../../../lib/engine/sources/sweep-list.ts'
import { type Cursor, type Step, stepDown, stepUp } from '../../../lib/jobs/sweep/sweep-cursor.ts'

const PAGE = 50
const at = (second: number) => new Date(Date.UTC(2026, 7, 29, 10) + second * 1000).toISOString()
const row = (id: number, second: number): Row => ({ id, at: at(second) })
const rows = (count: number, secondOf: (id: number) => number) =>
  Array.from({ length: count }, (_, index) => row(index + 1, secondOf(index + 1)))
const begin: Cursor = { id: null, since: at(0), down: null, at: at(0) }
const byTime = ({ id, at }: Row): Place => [Date.parse(at), id]
const byId = ({ id }: Row): Place => [id, 0]

/** What a portal shows of a list from a row on, so many rows. */
type Portal = (start: number, wanted: number) => Row[]

/** A list, read in requests as the sweep makes them; more than `most` are a loop. */
function readDown(portal: Portal, { from = begin, young = at(1e9), placeOf = byTime, most = 50 } = {}) {
  const found: Row[] = []
  let cursor = from
  for (let request = 1; request <= most; request++) {
    const wanted = request === 1 ? PAGE : 10 * PAGE
    const isRecent = (one: Row) => one.at >= young
    const pages = { rows: portal(cursor.down?.skip ?? 0, wanted), wanted, isRecent }
    const step: Step<Row> = stepDown(cursor, pages, { placeOf, page: PAGE })
    found.push(...step.found)
    cursor = step.cursor
    if (!step.isMore) return { found: found.map(({ id }) => id), cursor, requests: request }
  }
  throw new Error('A loop of requests')
}

const listed = (all: Row[], order: (one: Row, other: Row) => number): Portal => {
  const sorted = [...all].sort(order)
  return (start, wanted) => sorted.slice(start, start + wanted)
}
const newestFirst = (one: Row, other: Row) => other.at.localeCompare(one.at) || other.id - one.id

describe('a list from the newest row down', () => {
  test('is read as far as what is known, and its last minute again the next time', () => {
    const all = rows(30, (id) => id * 100)
    const first = readDown(listed(all, newestFirst))
    expect([first.found.length, first.requests, first.cursor.since]).toEqual([30, 1, at(3000 - 60)])
    const next = readDown(listed([...all, row(31, 3050)], newestFirst), { from: first.cursor })
    expect([next.found, next.requests]).toEqual([[31, 30], 1])
  })

  test('ends where rows are older than what is looked for', () => {
    const all = rows(2000, (id) => id - 1000)
    const { found, requests } = readDown(listed(all, newestFirst))
    expect([found.length, Math.min(...found), requests]).toEqual([1001, 1000, 4])
  })

  test('sixty, or two thousand, that changed in one second are all found, and asked for once', () => {
    for (const count of [60, 2000]) {
      const { found, requests } = readDown(
        listed(
          rows(count, () => 5),
          newestFirst,
        ),
      )
      expect(found).toHaveLength(count)
      expect(requests).toBeLessThanOrEqual(2 + count / 400)
    }
  })

  test('what is young is left for later, wherever in the pages it stands', () => {
    const all = rows(200, (id) => id)
    const first = readDown(listed(all, newestFirst), { young: at(100) })
    expect([Math.max(...first.found), first.found.length, first.cursor.since]).toEqual([99, 99, at(100)])
    const next = readDown(listed(all, newestFirst), { from: first.cursor })
    expect(next.found).toHaveLength(101)
  })

  test('of a list by id the highest one that is not young is known at its end; an empty one tells nothing', () => {
    const all = rows(120, (id) => id)
    const byNumber = listed(all, (one, other) => other.id - one.id)
    expect(readDown(byNumber, { placeOf: byId }).cursor).toMatchObject({ id: 120, down: null })
    expect(readDown(byNumber, { placeOf: byId, young: at(101) }).cursor).toMatchObject({ id: 100 })
    expect(readDown(() => []).cursor).toEqual(begin)
  })

  test('rows that move while it is read are found all the same', () => {
    const all = rows(1000, (id) => id)
    let asked = 0
    const { found } = readDown((start, wanted) => {
      // Between two requests one row goes, and one changes.
      if (asked++ === 1) all.splice(990, 1)
      if (asked === 3) Object.assign(all[10] ?? {}, { at: at(5000) })
      return listed(all, newestFirst)(start, wanted)
    })
    const missing = all.map(({ id }) => id).filter((id) => !found.includes(id))
    expect(missing).toEqual([11])
  })
})

describe('a list up from an id', () => {
  const known = { ...begin, id: 100 }
  const step = (shown: Row[], wanted = PAGE, young = at(1e9)) =>
    stepUp(known, { rows: shown, wanted, isRecent: (one) => one.at >= young })

  test('is read behind it, and no further than what is young', () => {
    const shown = rows(150, (id) => id).slice(100)
    expect(step(shown)).toMatchObject({ cursor: { id: 150 }, isMore: true })
    expect(step(shown.slice(0, 49))).toMatchObject({ cursor: { id: 149 }, isMore: false })
    expect(step(shown, PAGE, at(120))).toMatchObject({ cursor: { id: 119 }, isMore: false })
    expect(step([])).toEqual({ found: [], cursor: known, isMore: false })
  })

  test('a page that begins anew, as past the end of legacy lists, is no more', () => {
    const shown = rows(150, (id) => id).slice(100)
    expect(step([...shown, ...shown], 2 * PAGE)).toMatchObject({ found: shown, isMore: false })
    expect(step(rows(50, (id) => id))).toEqual({ found: [], cursor: known, isMore: false })
  })
})

/** Whatever a portal answers, requests come to an end (`platform.md` 5.13). */
describe('a portal that', () => {
  let dice = 7
  const random = () => {
    dice = (dice * 1103515245 + 12345) % 2147483648
    return dice / 2147483648
  }
  const filled = (rowOf: (index: number) => Row) => (wanted: number) =>
    Array.from({ length: wanted }, (_, index) => rowOf(index))
  const liars: [string, Portal][] = [
    [
      'repeats its first page for ever',
      (_, wanted) => filled((index) => row(1 + (index % PAGE), 100 - (index % PAGE)))(wanted),
    ],
    ['answers each request with the same rows', (_, wanted) => filled((index) => row(index + 1, 5000 - index))(wanted)],
    ['says one row again and again', (_, wanted) => filled(() => row(1, 5))(wanted)],
    [
      'shuffles',
      (_, wanted) => filled(() => row(1 + Math.floor(random() * 900), 1 + Math.floor(random() * 900)))(wanted),
    ],
    ['lists upside down', (start, wanted) => filled((index) => row(start + index + 1, start + index))(wanted)],
    [
      'lists the future',
      (start, wanted) =>
        filled((index) => row(start + index + 1, 1e8 - start - index))(wanted).slice(0, start > 9000 ? 0 : wanted),
    ],
  ]

  test.each(liars)('%s is asked a few times', (_, portal) => {
    for (const placeOf of [byTime, byId]) expect(readDown(portal, { placeOf, most: 60 }).requests).toBeLessThan(60)
  })

  test.each(liars)('%s is asked a few times, up from an id', (_, portal) => {
    let cursor = { ...begin, id: 1 }
    let requests = 0
    for (let isMore = true; isMore && requests < 60; requests++) {
      const step = stepUp(cursor, { rows: portal(0, 500), wanted: 500, isRecent: () => false })
      isMore = step.isMore
      cursor = { ...step.cursor, id: step.cursor.id ?? 0 }
    }
    expect(requests).toBeLessThan(60)
  })
})
