import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createInbox, type Inbox } from '../../lib/queue/inbox.ts'
import type { NewJob } from '../../lib/store/jobs.ts'
import { addProvisionalPortal } from '../../lib/store/provisional-portals.ts'
import { engines, type TestDatabase } from '../lib/store/test-database.ts'

const clock = () => new Date()
const notice = (portal: string, subject: string, body: unknown = { ts: null }): NewJob => {
  return { portal, type: 'notice', dedupKey: subject, body, dueAt: clock() }
}

describe.each(Object.entries(engines))("one tenant's events make others' events fail: %s", (engine, open) => {
  let database: TestDatabase
  let intake: Inbox
  beforeEach(async () => {
    database = await open()
    intake = createInbox(database.db, clock)
    for (const portal of ['a', 'b']) await addProvisionalPortal(database.db, portal, clock())
  })
  afterEach(() => database.close())

  const subjects = async () => {
    const rows = await database.db.selectFrom('work').select(['portal', 'subject']).orderBy('id').execute()
    return rows.map(({ portal, subject }) => `${portal} ${subject}`)
  }
  /** How each of those who share a commit fared. */
  const together = async (work: NewJob[]) => {
    const settled = await Promise.allSettled(work.map((one) => intake.add([one])))
    return settled.map(({ status }) => status)
  }

  test('what cannot be written fails alone', async () => {
    const work = Array.from({ length: 30 }, (_, index) => notice('b', `${index}`))
    const broken = [notice('a', 'broken', 1n), notice('a', 'broken too', 2n)]
    const fared = await together([...work.slice(0, 10), ...broken, ...work.slice(10)])
    expect(fared.flatMap((status, index) => (status === 'rejected' ? [index] : []))).toEqual([10, 11])
    expect(await subjects()).toHaveLength(30)
  })

  test.runIf(engine === 'postgres')('so does what the database refuses', async () => {
    const long = Array.from({ length: 3 }, () => notice('a', randomBytes(6000).toString('base64')))
    const fared = await together([notice('b', '1'), ...long, notice('a', 'a\0'), notice('b', '2')])
    expect(fared).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected', 'rejected', 'fulfilled'])
    expect(await subjects()).toEqual(['b 1', 'b 2'])
  })

  test('a notice about the same subject is not written twice, and has the place of the first', async () => {
    const first = new Date(Date.now() - 60_000)
    await createInbox(database.db, () => first).add([{ ...notice('a', 'X:1', { ts: 1 }), dueAt: first }])
    const [before] = await database.db.selectFrom('work').selectAll().execute()
    await intake.add([notice('a', 'X:1', { ts: 2 })])
    await together([notice('a', 'X:2', { ts: 3 }), notice('b', 'X:1', { ts: 4 }), notice('a', 'X:2', { ts: 5 })])
    const rows = await database.db.selectFrom('work').selectAll().orderBy('id').execute()
    expect(rows.map(({ portal, subject, body }) => [portal, subject, JSON.parse(body).ts])).toEqual([
      ['a', 'X:1', 2],
      ['a', 'X:2', 5],
      ['b', 'X:1', 4],
    ])
    expect(rows[0]).toMatchObject({ created_at: first.toISOString(), due_at: first.toISOString() })
    // Whoever works on the first has looked before the second came: its row is gone, and the new one is due.
    expect(rows[0]?.id).not.toBe(before?.id)
  })

  test('one that is done with is told again when it happens again', async () => {
    await intake.add([notice('a', 'X:1')])
    await database.db.updateTable('work').set({ state: 'done' }).execute()
    await intake.add([notice('a', 'X:1')])
    expect(await subjects()).toEqual(['a X:1', 'a X:1'])
  })

  test('over ten thousand that wait further ones are counted, and those of another tenant stored', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => notice('a', `X:${index}`))
    for (let start = 0; start < many.length; start += 1000) await intake.add(many.slice(start, start + 1000))
    await intake.add([notice('a', 'one more')])
    await intake.add([notice('a', 'and'), notice('a', 'two')])
    await intake.add([notice('b', 'X:1')])
    expect(intake.dropped()).toBe(3)
    expect(await subjects()).toHaveLength(10_001)
    expect(await subjects()).toContain('b X:1')
  })
})
