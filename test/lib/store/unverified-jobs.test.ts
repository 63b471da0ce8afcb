import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { claimJobs, enqueue } from '../../../lib/store/jobs.ts'
import { completeUnverified, enqueueUnverified } from '../../../lib/store/unverified-jobs.ts'
import { engines, type TestDatabase } from './test-database.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 7, 1, 12, 0, 0) + seconds * 1000)
const pace = { most: 3, spanMs: 3_600_000 }

describe.each(Object.entries(engines))('claims that nobody has proven, on %s', (_, open) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  beforeEach(async () => {
    await database.db.deleteFrom('work').execute()
  })
  afterAll(() => database.close())

  const claim = (says: string, seconds: number, subject = 'x') =>
    enqueueUnverified(
      database.db,
      [{ portal: 'p1', type: 'app-updated', dedupKey: subject, body: { says }, dueAt: at(seconds), pace }],
      at(seconds),
    )
  const rows = (state: 'due' | 'done') =>
    database.db.selectFrom('work').selectAll().where('state', '=', state).orderBy('id').execute()
  const due = async () =>
    (await rows('due')).map(({ body, due_at }) => [
      JSON.parse(body).says,
      (Date.parse(due_at) - at(0).getTime()) / 1000,
    ])
  const look = async (seconds: number, meanwhile = async () => {}) => {
    const [row] = await claimJobs(database.db, 'p1', at(seconds), 1)
    await meanwhile()
    if (row) await completeUnverified(database.db, row, { reason: 'not-proven:refused', pace }, at(seconds))
    return row && JSON.parse(row.body).says
  }

  it('are one that is due, which says what the newest said', async () => {
    for (const [says, seconds] of [
      ['first', 0],
      ['second', 1],
      ['third', 2],
    ] as const)
      await claim(says, seconds)
    await claim('other', 2, 'y')
    expect(await due()).toEqual([
      ['third', 0],
      ['other', 2],
    ])
  })

  it('are looked into every ten seconds, three times an hour', async () => {
    for (const seconds of [0, 10, 20]) {
      await claim(`at ${seconds}`, seconds - 5)
      expect(await look(seconds)).toBe(`at ${seconds}`)
    }
    await claim('too many', 21)
    expect(await due()).toEqual([['too many', 3600]])
    expect(await look(3599)).toBeUndefined()
    expect(await look(3600)).toBe('too many')
  })

  it('of which a newer one came while one was looked into: that is due later, and the look counts', async () => {
    await claim('first', 0)
    await look(1, () => claim('second', 1))
    expect(await due()).toEqual([['second', 11]])
    expect((await rows('done')).map(({ reason, body }) => [reason, body])).toEqual([['not-proven:refused', '{}']])
    await look(11, () => claim('third', 11))
    await look(21, () => claim('fourth', 21))
    expect(await due()).toEqual([['fourth', 3601]])
  })

  it('let other work pass, but not for longer than a minute', async () => {
    await claim('claim', 0)
    await enqueue(database.db, [{ portal: 'p1', type: 'notice', dedupKey: 'later', dueAt: at(30) }], at(30))
    const kind = async (seconds: number) =>
      (await claimJobs(database.db, 'p1', at(seconds), 10, ['app-updated'])).map((row) => row.type)
    expect(await kind(0)).toEqual(['app-updated'])
    expect(await kind(30)).toEqual(['notice'])
    expect(await kind(61)).toEqual(['app-updated'])
  })
})
